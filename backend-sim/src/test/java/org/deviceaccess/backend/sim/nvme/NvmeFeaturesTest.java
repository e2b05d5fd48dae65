// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.deviceaccess.backend.sim.nvme.NvmeHost.Completion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Features, log pages and asynchronous events: all that version 1.4 makes mandatory. */
@Timeout(60)
class NvmeFeaturesTest {
    private static final int GET_LOG_PAGE = 0x02;
    private static final int ALL = -1;
    private static final int DEFAULTS = 1 << 8;
    private static final int SAVED = 2 << 8;
    private static final int CAPABILITIES = 3 << 8;
    private static final int OVER = 0;
    private static final int UNDER = 1 << 20;

    private final NvmeHost host = NvmeHost.enabled("io-queues=4");

    @AfterEach
    void close() {
        host.close();
    }

    private int get(int feature, int dword11) {
        return host.run(NvmeHost.GET_FEATURES, 0, feature, dword11);
    }

    private int set(int feature, int dword11) {
        return host.admin().run(NvmeHost.SET_FEATURES, 0, feature, dword11).code();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x02, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b})
    void eachMandatoryFeatureCanBeRead(int feature) {
        int namespace = feature == 0x05 ? 1 : 0;
        for (int select : new int[] {0, DEFAULTS, SAVED}) {
            assertEquals(
                    0,
                    host.admin()
                            .run(NvmeHost.GET_FEATURES, namespace, feature | select, 0)
                            .status());
        }
        int capabilities = host.run(NvmeHost.GET_FEATURES, namespace, feature | CAPABILITIES, 0);
        assertEquals(feature == 0x05 ? 6 : 4, capabilities, "changeable, not saveable");
    }

    @ParameterizedTest
    @CsvSource({"0x01, 0x01020304", "0x06, 0", "0x08, 0x1234", "0x0a, 1", "0x0b, 0x1f"})
    void whatIsSetIsReadUntilTheControllerIsReset(String feature, String value) {
        int id = Integer.decode(feature);
        int before = get(id, 0);
        assertEquals(0, set(id, Integer.decode(value)));
        assertEquals(Integer.decode(value), get(id, 0));
        assertEquals(before, get(id | DEFAULTS, 0));
        host.disable();
        host.enable(NvmeHost.CC_ENABLED);
        assertEquals(before, get(id, 0));
    }

    @Test
    void whatAFeatureCannotTakeIsRefused() {
        assertEquals(0x02, set(0x02, 1), "there is one power state");
        assertEquals(0x02, set(0x04, 2 << 16), "there is one sensor");
        assertEquals(0x02, set(0x07, 0xffff), "65,536 queues are too many");
        assertEquals(0x02, set(0x09, 5), "there are 5 vectors");
        assertEquals(0x02, set(0x0c, 0), "no autonomous power state transition");
        assertEquals(0x02, set(0x00, 0));
        assertEquals(0x02, host.admin().run(NvmeHost.GET_FEATURES, 0, 0x7f, 0).code());
        assertEquals(
                0x10d,
                host.admin().run(NvmeHost.SET_FEATURES, 0, 0x06 | 1 << 31, 0).code(),
                "not saveable");
        assertEquals(0x10f, host.admin().run(NvmeHost.SET_FEATURES, 1, 0x06, 0).code(), "not of a namespace");
        assertEquals(0x0b, host.admin().run(NvmeHost.SET_FEATURES, 2, 0x05, 0).code());
        assertEquals(
                0x02, host.admin().run(NvmeHost.SET_FEATURES, 1, 0x05, 1 << 16).code(), "no DULBE");
        assertEquals(0, host.admin().run(NvmeHost.SET_FEATURES, 1, 0x05, 77).code());
        assertEquals(77, host.run(NvmeHost.GET_FEATURES, 1, 0x05, 0));
    }

    @Test
    void asManyQueuesAsThereAreAreGranted() {
        assertEquals(3 | 3 << 16, host.run(NvmeHost.SET_FEATURES, 0, 0x07, 63 | 63 << 16));
        assertEquals(3 | 3 << 16, get(0x07, 0));
        host.createQueue(8);
        assertEquals(0x0c, set(0x07, 1 | 1 << 16), "too late once there are queues");
        try (NvmeHost one = NvmeHost.enabled("io-queues=1")) {
            assertEquals(0, one.run(NvmeHost.SET_FEATURES, 0, 0x07, 3 | 3 << 16), "one");
            assertEquals(0x101, one.admin().run(0x05, 0, 2 | 7 << 16, 1).code(), "the queue 2 is none");
            assertEquals(0, one.createQueue(8).run(0x00, 1).status());
        }
    }

    @Test
    void eachVectorHasItsConfiguration() {
        assertEquals(0, set(0x09, 2 | 1 << 16));
        assertEquals(2 | 1 << 16, get(0x09, 2));
        assertEquals(3, get(0x09, 3));
        assertEquals(2, get(0x09 | DEFAULTS, 2));
    }

    @Test
    void aTemperatureThresholdIsTold() {
        assertEquals(0xffff, get(0x04, OVER));
        assertEquals(0, get(0x04, UNDER));
        assertEquals(0, set(0x0b, 1 << 1));
        int request = host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        assertEquals(0, set(0x04, OVER | 299));
        Completion event = host.admin().await();
        assertEquals(request, event.id());
        assertEquals(0, event.status());
        assertEquals(1 | 1 << 8 | 0x02 << 16, event.result(), "SMART, temperature, health log");
        assertEquals(299, get(0x04, OVER));

        int second = host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        assertEquals(0, set(0x04, OVER | 298));
        get(0x04, OVER);
        assertFalse(host.admin().hasCompletion(), "not told again before the log is read");
        host.run(GET_LOG_PAGE, ALL, 0x02 | 127 << 16 | 1 << 15);
        assertEquals(2, host.data8(0) & 2, "the critical warning");
        get(0x04, OVER);
        assertFalse(host.admin().hasCompletion(), "that read was to retain the event");
        host.admin().put(GET_LOG_PAGE, ALL, 0x02 | 127 << 16);
        host.admin().ring();
        assertEquals(0, host.admin().await().status());
        assertEquals(second, host.admin().await().id());
    }

    @Test
    void eventRequestsStayOutstandingUpToTheirLimit() {
        int first = host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        for (int i = 1; i < 4; i++) {
            host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        }
        assertEquals(0x105, host.admin().run(NvmeHost.EVENT_REQUEST, 0).code(), "AERL is exceeded");
        assertFalse(host.admin().hasCompletion());

        int abort = host.admin().submit(NvmeHost.ABORT, 0, first << 16);
        Completion aborted = host.admin().await();
        assertEquals(List.of(first, 0x07), List.of(aborted.id(), aborted.code()));
        Completion done = host.admin().await();
        assertEquals(List.of(abort, 0, 0), List.of(done.id(), done.status(), done.result()));
        host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        host.disable();
        host.enable(NvmeHost.CC_ENABLED);
        for (int i = 0; i < 4; i++) {
            host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        }
        get(0x07, 0);
        assertFalse(host.admin().hasCompletion(), "a reset forgets requests");
    }

    @Test
    void aWrongDoorbellIsToldAsAnEvent() {
        int first = host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        host.bar.write32(0x1000 + 8 * 3, 1);
        Completion event = host.admin().await();
        assertEquals(List.of(first, 0x01 << 16), List.of(event.id(), event.result()), "invalid doorbell, error log");
        host.run(GET_LOG_PAGE, 0, 0x01 | 63 << 16);
        assertEquals(1, host.data64(0));
        assertEquals(3, host.data16(8), "which queue");
        assertEquals(0xffff, host.data16(10), "no command");
        NvmeHost.Queue queue = host.createQueue(8);
        int second = host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
        host.bar.write32(0x1008, 8);
        event = host.admin().await();
        assertEquals(List.of(second, 1 << 8 | 0x01 << 16), List.of(event.id(), event.result()), "invalid value");
        assertEquals(0, queue.run(0x00, 1).status(), "the queue works on");
    }

    @Test
    void theErrorLogHasTheLatestFailures() {
        NvmeHost.Queue queue = host.createQueue(8);
        host.run(GET_LOG_PAGE, ALL, 0x01 | 63 << 16);
        assertEquals(0, host.data64(0), "no error yet");
        Completion failed = queue.run(NvmeHost.READ, 1, 0x1000_0000, 0, 0);
        assertEquals(0x80, failed.code());
        assertEquals(1 << 13, failed.status() & 1 << 13, "more is in the log");
        assertFalse(failed.mayRetry());
        for (int i = 0; i < 5; i++) {
            assertEquals(0x01, host.admin().run(0x7c, 0).code());
        }
        host.run(GET_LOG_PAGE, ALL, 0x01 | 63 << 16);
        assertEquals(
                List.of(6L, 5L, 4L, 3L), List.of(host.data64(0), host.data64(64), host.data64(128), host.data64(192)));
        assertEquals(0x01, host.data16(12) >>> 1 & 0xff);
        host.run(GET_LOG_PAGE, ALL, 0x02 | 127 << 16);
        assertEquals(6, host.data64(176), "the health log counts them");
    }

    @Test
    void theFirmwareLogNamesTheRevision() {
        host.run(GET_LOG_PAGE, ALL, 0x03 | 127 << 16);
        assertEquals(1, host.data8(0), "slot 1 is active");
        assertEquals("1.0", host.text(8, 8));
    }

    @Test
    void aLogIsReadFromAnyOffset() {
        host.data().fill((byte) 0x5a);
        host.run(GET_LOG_PAGE, ALL, 0x03 | 1 << 16, 0, 8);
        assertEquals("1.0", host.text(0, 8));
        assertEquals(0x5a, host.data8(8), "two dwords and no more");
        assertEquals(0x02, host.admin().run(GET_LOG_PAGE, ALL, 0x03, 0, 516).code(), "behind the end");
        assertEquals(0x02, host.admin().run(GET_LOG_PAGE, ALL, 0x03, 0, 2).code(), "no whole dword");
        assertEquals(0x109, host.admin().run(GET_LOG_PAGE, ALL, 0x7f, 0).code());
    }

    @Test
    void theHealthLogCountsInUnitsOf512000Bytes() {
        try (NvmeHost large = NvmeHost.enabled("block-size=4096")) {
            NvmeHost.Queue queue = large.createQueue(8);
            for (int i = 0; i < 126; i++) {
                assertEquals(0, queue.run(NvmeHost.WRITE, 1, i, 0, 0).status());
            }
            large.run(GET_LOG_PAGE, ALL, 0x02 | 127 << 16);
            assertEquals(2, large.data64(48), "126 blocks of 8 units each, rounded up");
            assertEquals(126, large.data64(80));
            assertEquals(300, large.data16(1));
            assertTrue(large.data64(112) > 0);
        }
    }

    @Test
    void theHostTellsThatItKnowsMoreFormats() {
        assertEquals(0x02, set(0x16, 0), "not needed with sixteen");
        try (NvmeHost many = NvmeHost.enabled("format=20")) {
            many.data().fill((byte) 0);
            many.data().set(ValueLayout.JAVA_BYTE, 2, (byte) 1);
            many.run(NvmeHost.SET_FEATURES, 0, 0x16);
            many.data().fill((byte) 0);
            many.run(NvmeHost.GET_FEATURES, 0, 0x16);
            assertEquals(1, many.data8(2), "LBAFEE");
        }
    }
}
