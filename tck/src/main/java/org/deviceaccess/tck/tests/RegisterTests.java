// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.device.RegisterAddress;
import org.deviceaccess.tck.kit.Allocations;
import org.deviceaccess.tck.kit.EventSource;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** Registers of known behaviour, read and written. */
final class RegisterTests {
    private static final int[] PATTERNS = {0, -1, 1, 0x8000_0000, 0x1234_5678, 0xa5a5_5a5a, 0xff, 0xff00_0000};
    private static final int RANDOM_VALUES = 200;
    private static final int USES = 1000;
    /** Enough for the just-in-time compiler to compile the loop with all that it calls, on its highest tier. */
    private static final int HOT = 20_000;

    @Proves("DA-REGION-012")
    void sliceReachesTheSameRegisters(TckTarget target) {
        KnownDevice known = target.known();
        RegisterAddress register = known.constant();
        try (DeviceAccess device = target.open()) {
            Region region = device.region(register.region());
            long start = register.offset() & -8;
            Region slice = region.slice(start, region.size() - start);
            assertEquals(known.constantValue(), slice.read32(register.offset() - start), register + " through a slice");
            Region inner = slice.slice(0, 8);
            assertEquals(
                    known.constantValue(), inner.read32(register.offset() - start), register + " through two slices");
            RegisterAddress scratch = known.scratch();
            long scratchStart = scratch.offset() & -8;
            Region part = device.region(scratch.region()).slice(scratchStart, 8);
            part.write32(scratch.offset() - scratchStart, PATTERNS[4]);
            assertEquals(
                    known.scratchReads(PATTERNS[4]),
                    device.region(scratch.region()).read32(scratch.offset()),
                    scratch + " after a write through a slice");
        }
    }

    @Proves("DA-REGION-013")
    void readReturnsTheValue(TckTarget target) {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open()) {
            Region region = device.region(known.constant().region());
            for (int i = 0; i < USES; i++) {
                int value = region.read32(known.constant().offset());
                if (value != known.constantValue()) {
                    assertEquals(known.constantValue(), value, known.constant() + " at read " + i);
                }
            }
        }
    }

    @Proves("DA-REGION-014")
    void writeReachesTheRegister(TckTarget target) {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open()) {
            Region region = device.region(known.scratch().region());
            for (int pattern : PATTERNS) {
                writeAndRead(known, region, pattern);
            }
            Random random = new Random(1);
            for (int i = 0; i < RANDOM_VALUES; i++) {
                writeAndRead(known, region, random.nextInt());
            }
        }
    }

    private static void writeAndRead(KnownDevice known, Region region, int written) {
        long offset = known.scratch().offset();
        region.write32(offset, written);
        assertEquals(
                Integer.toHexString(known.scratchReads(written)),
                Integer.toHexString(region.read32(offset)),
                known.scratch() + " after 0x" + Integer.toHexString(written) + " was written");
    }

    @Proves({"DA-REGION-015", "DA-INT-009"})
    void eachWriteIsOneEvent(TckTarget target) throws Exception {
        KnownDevice known = target.known();
        EventSource.forEachRaisedKind(target, info -> true, source -> {
            int raised = target.effort().interrupts();
            long counted = 0;
            for (int i = 0; i < raised; i++) {
                known.raise(source.device());
                counted += source.vector().await(Timeouts.EVENT);
                source.rearm();
                if (counted != i + 1) {
                    break;
                }
            }
            counted += source.vector().await(Timeouts.NOTHING);
            assertEquals(raised, counted, source.kind() + " events counted of those that the device raised");
        });
    }

    @Proves("DA-REGION-016")
    void adjacentWritesStayApart(TckTarget target) {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open()) {
            boolean tells = known.seesAdjacentWrites(device).isPresent();
            Assumptions.assumeTrue(tells, "the device " + known.name() + " cannot tell");
            for (int i = 0; i < HOT; i++) {
                if (!known.seesAdjacentWrites(device).orElse(false)) {
                    fail("the device did not see two writes in order, in round " + i);
                }
            }
            known.quiesce(device);
        }
    }

    @Proves("DA-REGION-017")
    void readsAllocateNothing(TckTarget target) throws Exception {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open()) {
            Region region = device.region(known.constant().region());
            long offset = known.constant().offset();
            Allocations.assertNone("read32", USES, () -> region.read32(offset));
        }
    }

    @Proves("DA-REGION-018")
    void writesAllocateNothing(TckTarget target) throws Exception {
        KnownDevice known = target.known();
        try (DeviceAccess device = target.open()) {
            Region region = device.region(known.scratch().region());
            long offset = known.scratch().offset();
            Allocations.assertNone("write32", USES, () -> region.write32(offset, 1));
        }
    }
}
