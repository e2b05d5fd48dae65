// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.deviceaccess.spi.entropy.EntropySource;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.probe.Journal;

/** Drivers of sources of random bytes. */
final class EntropySourceTests {
    private static final int BYTES = 1000;
    // 32 random bytes are all zero once in 2^256 times.
    private static final int PART = 32;

    @Proves("DA-ENTROPY-001")
    void fillsAll(DriverTarget target) throws Exception {
        Attached.with(target, EntropySource.class, (device, source) -> {
            byte[] first = source.bytes(BYTES);
            byte[] second = source.bytes(BYTES);
            assertEquals(BYTES, first.length, "bytes of " + BYTES);
            for (int from = 0; from < BYTES; from += PART) {
                byte[] part = Arrays.copyOfRange(first, from, Math.min(BYTES, from + PART));
                if (part.length == PART) {
                    assertFalse(
                            Arrays.equals(part, new byte[PART]), "zeros from byte " + from + " of " + BYTES + " on");
                }
            }
            assertFalse(Arrays.equals(first, second), "twice the same " + BYTES + " bytes");
        });
    }

    @Proves("DA-ENTROPY-002")
    void asksNothingForNothing(DriverTarget target) throws Exception {
        Attached.with(target, EntropySource.class, (device, source) -> {
            int mark = device.journal().mark();
            assertEquals(0, source.bytes(0).length, "bytes of none");
            var entries = device.journal().since(mark);
            assertTrue(entries.isEmpty(), () -> "asking for no bytes reached the device: " + Journal.words(entries));
        });
    }

    @Proves("DA-ENTROPY-003")
    void readOnlyMemoryIsRefused(DriverTarget target) throws Exception {
        Attached.with(target, EntropySource.class, (device, source) -> {
            MemorySegment memory = MemorySegment.ofArray(new byte[PART]).asReadOnly();
            assertThrows(IllegalArgumentException.class, () -> source.fill(memory), "filling read-only memory");
        });
    }

    @Proves("DA-ENTROPY-004")
    void interruptionEndsWaiting(DriverTarget target) throws Exception {
        Attached.with(target, EntropySource.class, (device, source) -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> source.bytes(PART), "filling in an interrupted thread");
            assertFalse(source.bytes(PART).length == 0, "bytes after an interruption");
        });
    }

    @Proves("DA-ENTROPY-005")
    void useAfterCloseIsRefused(DriverTarget target) throws Exception {
        Attached.closed(target, EntropySource.class, (device, source) -> {}, (device, source) -> {
            Refusal.closed("bytes()", () -> source.bytes(PART));
        });
    }

    @Proves("DA-ENTROPY-006")
    void useAfterClosingTheDeviceIsRefused(DriverTarget target) throws Exception {
        Attached.withoutDevice(target, EntropySource.class, (device, source) -> {}, (device, source) -> {
            Refusal.closed("bytes()", () -> source.bytes(PART));
        });
    }

    @Proves("DA-ENTROPY-007")
    void lostDeviceIsTold(DriverTarget target) throws Exception {
        Attached.with(target, EntropySource.class, (device, source) -> {
            device.vanish();
            Refusal.of("bytes() of a device that is gone", () -> source.bytes(PART), DeviceLostException.class);
        });
    }
}
