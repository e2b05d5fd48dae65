// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;

/** Uses that race a close, round after round. */
@SuppressWarnings("resource") // What is obtained from a device is left for the device to close: that is the race.
final class RaceTests {
    private static final int READERS = 4;
    private static final int READS = 10_000;

    @Proves("DA-THREAD-001")
    void readersRaceClose(TckTarget target) throws InterruptedException {
        KnownDevice known = target.known();
        long offset = known.constant().offset();
        rounds(target, (race, device) -> {
            Region region = device.region(known.constant().region());
            Action reader = () -> {
                Race.untilClosed(() -> {
                    int value = region.read32(offset);
                    if (value != known.constantValue()) {
                        assertEquals(known.constantValue(), value, "a register read that raced close");
                    }
                });
                Refusal.closed("a read after one was refused", () -> region.read32(offset));
            };
            race.run("readers that race close", reader, reader, device::close);
        });
    }

    @Proves("DA-THREAD-002")
    void writersRaceClose(TckTarget target) throws InterruptedException {
        KnownDevice known = target.known();
        rounds(target, (race, device) -> {
            Region region = device.region(known.scratch().region());
            Action writer =
                    () -> Race.untilClosed(() -> region.write32(known.scratch().offset(), 1));
            race.run("writers that race close", writer, writer, device::close);
        });
    }

    @Proves("DA-THREAD-003")
    void waitersRaceClose(TckTarget target) throws InterruptedException {
        List<InterruptKind> kinds;
        try (DeviceAccess device = target.open()) {
            kinds = device.interrupts().kinds().stream()
                    .map(InterruptInfo::kind)
                    .toList();
        }
        for (InterruptKind kind : kinds) {
            rounds(target, (race, device) -> {
                Interrupts interrupts = device.interrupts().enable(kind, 1);
                InterruptVector vector = interrupts.vector(0);
                Action waiter = () -> Refusal.closed("a wait that raced close", () -> vector.await(Timeouts.LONG));
                Action any = () -> Refusal.closed("a wait that raced close", () -> interrupts.awaitAny(Timeouts.LONG));
                race.run("waiters that race close", waiter, any, device::close);
            });
        }
    }

    @Proves("DA-THREAD-004")
    void allocationsRaceClose(TckTarget target) throws InterruptedException {
        rounds(target, (race, device) -> {
            DmaSupport dma = device.dma();
            Queue<DmaBuffer> buffers = new ConcurrentLinkedQueue<>();
            // A few at a time: the race is with the close, not for all the memory there is.
            Action allocator = () -> Race.untilClosed(() -> {
                DmaBuffer buffer = dma.allocate(1, DmaConstraints.NONE);
                buffers.add(buffer);
                if (buffers.size() > 4) {
                    buffer.close();
                }
            });
            race.run("allocations that race close", allocator, allocator, device::close);
            for (DmaBuffer buffer : buffers) {
                Refusal.closed("deviceAddress() of a buffer that raced close", buffer::deviceAddress);
                buffer.close();
            }
        });
    }

    @Proves("DA-THREAD-005")
    void usersOfABufferRaceItsClose(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open();
                Race race = new Race()) {
            for (int round = 0; round < target.effort().races(); round++) {
                DmaBuffer buffer = device.dma().allocate(4096, DmaConstraints.NONE);
                MemorySegment memory = buffer.memory();
                Action user = () -> Race.untilClosed(() -> {
                    memory.set(ValueLayout.JAVA_BYTE, 4095, (byte) 1);
                    byte value = memory.get(ValueLayout.JAVA_BYTE, 4095);
                    assertEquals(1, value, "memory of a buffer that raced its close");
                });
                race.run("users of a buffer that race its close", user, user, buffer::close);
            }
        }
    }

    @Proves("DA-THREAD-006")
    void closersRaceEachOther(TckTarget target) throws InterruptedException {
        rounds(target, (race, device) -> {
            race.run("closers that race each other", Collections.nCopies(3, device::close));
            assertFalse(device.isOpen(), "isOpen() after a race of closers");
            Refusal.closed("regions()", device::regions);
            Refusal.closed("interrupts()", device::interrupts);
        });
    }

    @Proves("DA-THREAD-007")
    void registersCanBeUsedBySeveralThreads(TckTarget target) throws InterruptedException {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open();
                Race race = new Race()) {
            Region region = device.region(known.constant().region());
            Action reader = () -> {
                for (int i = 0; i < READS; i++) {
                    int value = region.read32(known.constant().offset());
                    if (value != known.constantValue()) {
                        assertEquals(known.constantValue(), value, "a register read beside others");
                    }
                }
            };
            race.run("readers beside each other", Collections.nCopies(READERS, reader));
        }
    }

    @Proves("DA-THREAD-008")
    void enablingRacesClosing(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open();
                Race race = new Race()) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                for (int round = 0; round < target.effort().races(); round++) {
                    enableAndClose(device, info, race);
                }
            }
        }
    }

    private static void enableAndClose(DeviceAccess device, InterruptInfo info, Race race) throws InterruptedException {
        Interrupts interrupts = device.interrupts().enable(info.kind(), 1);
        InterruptVector vector = interrupts.vector(0);
        List<Action> actions = new ArrayList<>();
        actions.add(() -> Race.untilClosed(() -> vector.await(Timeouts.LONG)));
        if (info.triggerable()) {
            actions.add(() -> Race.untilClosed(vector::trigger));
        }
        actions.add(interrupts::close);
        race.run("enabled interrupts that race their close", actions);
        assertTrue(device.isOpen(), "the device is closed with its interrupts");
    }

    /** A race in which the device is closed. */
    @FunctionalInterface
    private interface Round {
        void run(Race race, DeviceAccess device) throws InterruptedException;
    }

    private static void rounds(TckTarget target, Round round) throws InterruptedException {
        try (Race race = new Race()) {
            for (int i = 0; i < target.effort().races(); i++) {
                try (DeviceAccess device = target.open()) {
                    round.run(race, device);
                }
            }
        }
    }
}
