// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.backend.sim.nvme.NvmeHost.Completion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a test can let go wrong inside the controller. */
@Timeout(60)
class NvmeModelFaultsTest {
    private static final int CC = 0x14;
    private static final int CSTS = 0x1c;
    private static final int FLUSH = 0x00;

    /** Lets the device finish what it has to do: an admin command goes through all of it. */
    private static void settle(NvmeHost host) {
        host.run(NvmeHost.GET_FEATURES, 0, 0x07);
    }

    @Test
    void commandsFailAsOftenAsAsked() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            NvmeHost.Queue queue = host.createQueue(8);
            host.faults.io().fail(0x082, 3);
            host.faults.fail(0x4281);
            for (int i = 0; i < 3; i++) {
                Completion completion = queue.run(FLUSH, 1);
                assertEquals(0x82, completion.code());
                assertTrue(completion.mayRetry(), "namespace not ready: try again");
            }
            assertFalse(queue.run(FLUSH, 1).mayRetry());
            assertEquals(0, queue.run(FLUSH, 1).status());
            assertThrows(IllegalArgumentException.class, () -> host.faults.io().fail(1, 0));
        }
    }

    @Test
    void anAdminCommandIsRefusedByItsOpcodeAlone() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            host.faults.admin(NvmeHost.IDENTIFY).fail(0x4006);
            host.faults.admin(NvmeHost.IDENTIFY, 0x02).fail(0x4002, 2);
            settle(host);
            assertEquals(0x4002, host.admin().run(NvmeHost.IDENTIFY, 0, 0x02).status(), "the structure first");
            assertEquals(0x4006, host.admin().run(NvmeHost.IDENTIFY, 0, 0x01).status());
            assertEquals(0, host.admin().run(NvmeHost.IDENTIFY, 0, 0x01).status());
            assertEquals(0x4002, host.admin().run(NvmeHost.IDENTIFY, 0, 0x02).status());
            assertEquals(0, host.admin().run(NvmeHost.IDENTIFY, 0, 0x02).status());
        }
    }

    @Test
    void anAdminCommandHangsUntilItIsAborted() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            host.faults.admin(NvmeHost.IDENTIFY).stall();
            host.faults.admin(NvmeHost.IDENTIFY).loseCompletion();
            int hung = host.admin().submit(NvmeHost.IDENTIFY, 0, 0x01);
            host.data().fill((byte) 0);
            int lost = host.admin().submit(NvmeHost.IDENTIFY, 0, 0x01);
            settle(host);
            assertFalse(host.admin().hasCompletion());
            assertEquals(0x66, host.data8(512), "the second was done");
            int abort = host.admin().submit(NvmeHost.ABORT, 0, hung << 16);
            Completion aborted = host.admin().await();
            assertEquals(List.of(hung, 0x07), List.of(aborted.id(), aborted.code()));
            assertEquals(abort, host.admin().await().id());
            assertEquals(1, host.run(NvmeHost.ABORT, 0, lost << 16), "not aborted");
        }
    }

    @Test
    void anAdminCommandIsAnsweredWrongly() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            CommandFaults faults = host.faults.admin(NvmeHost.GET_FEATURES);
            faults.completeUnknownId();
            faults.completeForWrongQueue();
            faults.completeWithWrongHead();
            faults.completeTwice();
            int id = host.admin().submit(NvmeHost.GET_FEATURES, 0, 0x07);
            assertEquals(~id & 0xffff, host.admin().await().id());
            assertEquals(1, host.admin().run(NvmeHost.GET_FEATURES, 0, 0x07).queue());
            assertEquals(32, host.admin().run(NvmeHost.GET_FEATURES, 0, 0x07).head());
            id = host.admin().submit(NvmeHost.GET_FEATURES, 0, 0x07);
            assertEquals(
                    List.of(id, id),
                    List.of(host.admin().await().id(), host.admin().await().id()));
            settle(host);
        }
    }

    @Test
    void anAbortIsRefusedOrIgnoredOrNeverAnswered() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            NvmeHost.Queue queue = host.createQueue(8);
            host.faults.stall();
            int hung = queue.submit(FLUSH, 1);
            settle(host);
            int which = 1 | hung << 16;
            host.faults.admin(NvmeHost.ABORT).fail(0x103);
            assertEquals(0x103, host.admin().run(NvmeHost.ABORT, 0, which).code());
            host.faults.ignoreAborts(true);
            assertEquals(1, host.run(NvmeHost.ABORT, 0, which), "not aborted");
            host.faults.ignoreAborts(false);
            host.faults.admin(NvmeHost.ABORT).stall();
            host.admin().submit(NvmeHost.ABORT, 0, which);
            settle(host);
            assertFalse(host.admin().hasCompletion());
            assertFalse(queue.hasCompletion());
            assertEquals(0, host.run(NvmeHost.ABORT, 0, which));
            assertEquals(0x07, queue.await().code());
        }
    }

    @Test
    void moreAbortsThanTheLimitAreRefused() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            for (int i = 0; i < 4; i++) {
                host.faults.admin(NvmeHost.ABORT).stall();
                host.admin().submit(NvmeHost.ABORT, 0, 9 << 16);
            }
            assertEquals(0x103, host.admin().run(NvmeHost.ABORT, 0, 9 << 16).code());
            host.disable();
            host.enable(NvmeHost.CC_ENABLED);
            assertEquals(1, host.run(NvmeHost.ABORT, 0, 9 << 16), "a reset forgets them");
        }
    }

    @Test
    void startingFailsAsOftenAsAsked() {
        try (NvmeHost host = new NvmeHost("")) {
            host.faults.failWhileEnabling(2);
            for (int i = 0; i < 2; i++) {
                host.configureAdmin();
                host.bar.write32(CC, NvmeHost.CC_ENABLED);
                host.awaitStatus(3, 2);
                host.bar.write32(CC, 0);
                host.awaitStatus(3, 0);
            }
            host.enable(NvmeHost.CC_ENABLED);
            settle(host);
        }
    }

    @Test
    void whatIsStuckNeedsAResetOfTheFunction() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            host.faults.stick();
            host.admin().submit(NvmeHost.GET_FEATURES, 0, 0x07);
            host.bar.write32(CC, 0);
            assertStays(host, 1);
            assertFalse(host.admin().hasCompletion());
            host.device.reset();
            assertEquals(0, host.bar.read32(CSTS));
            host.enable(NvmeHost.CC_ENABLED);
            settle(host);
        }
    }

    @Test
    void theFunctionIsResetThroughItsCapability() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            Region config = host.device.region(RegionId.CONFIG);
            List<Integer> ids = new ArrayList<>();
            int express = 0;
            for (int at = config.read8(0x34); at != 0; at = config.read8(at + 1)) {
                ids.add(config.read8(at) & 0xff);
                express = config.read8(at) == 0x10 ? at : express;
            }
            assertEquals(List.of(0x11, 0x01, 0x10), ids, "MSI-X, power management, PCI Express");
            assertEquals(1 << 28, config.read32(express + 4) & 1 << 28, "function level reset");
            host.faults.stick();
            config.write16(express + 8, 1 << 15);
            assertEquals(0, config.read16(express + 8));
            assertEquals(0, host.bar.read32(CC));
            host.enable(NvmeHost.CC_ENABLED);
            settle(host);
            config.write16(express + 8, 0);
            assertEquals(1, host.bar.read32(CSTS), "that bit alone resets");
        }
    }

    /** Asserts that CSTS stays so; the device has ample time. */
    private static void assertStays(NvmeHost host, int status) {
        for (int i = 0; i < 20; i++) {
            assertEquals(status, host.bar.read32(CSTS));
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aShutdownMayNeverEnd() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            host.faults.neverShutDown(true);
            host.bar.write32(CC, NvmeHost.CC_ENABLED | 1 << 14);
            assertStays(host, 1 | 1 << 2);
            host.faults.neverShutDown(false);
            host.disable();
            assertEquals(0, host.bar.read32(CSTS));
        }
    }

    @Test
    void aPredecessorLeftTheControllerEnabled() {
        try (NvmeHost host = new NvmeHost("predecessor=enabled")) {
            assertEquals(NvmeHost.CC_ENABLED, host.bar.read32(CC));
            assertEquals(1, host.bar.read32(CSTS));
            host.disable();
            host.enable(NvmeHost.CC_ENABLED);
            settle(host);
            assertEquals(0, host.simulation.dmaFaultCount());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"enabling", "failed"})
    void aPredecessorLeftTheControllerHalfEnabled(String how) {
        try (NvmeHost host = new NvmeHost("predecessor=" + how)) {
            int found = how.equals("failed") ? 2 : 0;
            assertEquals(NvmeHost.CC_ENABLED, host.bar.read32(CC));
            assertStays(host, found);
            host.bar.write32(CC, 0);
            host.bar.write32(CC, NvmeHost.CC_ENABLED);
            assertStays(host, found);
            host.device.reset();
            assertEquals(0, host.bar.read32(CC));
            host.enable(NvmeHost.CC_ENABLED);
            settle(host);
        }
    }

    @Test
    void completionsComeOutOfOrder() {
        try (NvmeHost host = NvmeHost.enabled("completions=reversed")) {
            NvmeHost.Queue queue = host.createQueue(16);
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                expected.addFirst(queue.put(FLUSH, 1));
            }
            queue.ring();
            List<Integer> seen = new ArrayList<>();
            while (seen.size() < 8) {
                Completion completion = queue.await();
                assertEquals(0, completion.status());
                seen.add(completion.id());
            }
            assertEquals(expected, seen);
            assertEquals(0, queue.run(FLUSH, 1).status(), "one alone is not held for ever");
        }
    }

    @Test
    void moreCompletionsThanTheirQueueHoldsWaitForRoom() {
        try (NvmeHost host = NvmeHost.enabled("completions=reversed")) {
            NvmeHost.Queue queue = host.createQueue(4);
            host.faults.io().completeTwice();
            host.faults.io().completeTwice();
            host.faults.io().completeTwice();
            for (int i = 0; i < 3; i++) {
                queue.put(FLUSH, 1);
            }
            queue.ring();
            List<Integer> seen = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                seen.add(queue.await().id());
            }
            assertEquals(List.of(2, 2, 1, 1, 0, 0), seen);
            assertEquals(0, queue.run(FLUSH, 1).status());
        }
    }

    @Test
    void commandsThatItCannotReadAreRefused() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            NvmeHost.Queue queue = host.createQueue(8);
            assertEquals(0x02, queue.run(NvmeHost.READ | 1 << 14, 1, 0, 0, 0).code(), "SGLs");
            assertEquals(0x02, queue.run(NvmeHost.READ | 1 << 8, 1, 0, 0, 0).code(), "fused");
            assertEquals(
                    0x02, host.admin().run(NvmeHost.IDENTIFY | 1 << 14, 0, 1).code(), "SGLs");
        }
    }
}
