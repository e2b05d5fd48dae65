// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.tck.device.KnownDma;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** Device addresses that must reach nothing. */
final class DmaIsolationTests {
    private static final int LENGTH = 256;
    private static final byte MINE = 0x11;
    private static final byte POISON = 0x66;
    private static final byte SECRET = 0x42;

    @Proves("DA-DMA-027")
    void unmappedAddressReachesNothing(TckTarget target) {
        KnownDma engine = target.knownDma();
        try (DeviceAccess device = target.open();
                DmaBuffer memory = filled(device, engine, MINE);
                DmaBuffer secret = filled(device, engine, SECRET);
                DmaBuffer poison = filled(device, engine, POISON)) {
            long unmapped = unmapped(device, engine, List.of(memory, secret, poison));
            engine.load(device, poison.deviceAddress(), LENGTH);
            engine.store(device, unmapped, LENGTH);
            assertAll(memory.memory(), MINE, "a write to the unmapped address 0x" + Long.toHexString(unmapped));
            assertAll(secret.memory(), SECRET, "a write to the unmapped address 0x" + Long.toHexString(unmapped));
            engine.load(device, unmapped, LENGTH);
            engine.store(device, memory.deviceAddress(), LENGTH);
            assertNone(memory.memory(), SECRET, "a read of the unmapped address 0x" + Long.toHexString(unmapped));
        }
    }

    @Proves("DA-DMA-028")
    void tooHighAddressReachesNothing(TckTarget target) {
        KnownDma engine = target.knownDma();
        try (DeviceAccess device = target.open();
                DmaBuffer memory = filled(device, engine, MINE);
                DmaBuffer poison = filled(device, engine, POISON)) {
            AddressRange highest = device.dma().limits().ranges().getLast();
            Assumptions.assumeTrue(highest.last() != -1L, "the ranges reach to the highest address there is");
            // A device that drives fewer bits sees the lower ones alone, so these must be unmapped as well.
            long truncated = unmapped(device, engine, List.of(memory, poison));
            long tooHigh = (highest.last() + 1 & -(1L << engine.addressBits())) + truncated;
            while (Long.compareUnsigned(tooHigh, highest.last()) <= 0) {
                tooHigh += 1L << engine.addressBits();
            }
            engine.load(device, poison.deviceAddress(), LENGTH);
            engine.store(device, tooHigh, LENGTH);
            assertAll(memory.memory(), MINE, "a write to the address 0x" + Long.toHexString(tooHigh));
            assertAll(poison.memory(), POISON, "a write to the address 0x" + Long.toHexString(tooHigh));
        }
    }

    @Proves("DA-DMA-029")
    void addressUnmappedAgainReachesNothing(TckTarget target) {
        KnownDma engine = target.knownDma();
        DmaConstraints constraints = DmaConstraints.addressBits(engine.addressBits());
        try (DeviceAccess device = target.open();
                Arena arena = Arena.ofShared();
                DmaBuffer memory = filled(device, engine, MINE);
                DmaBuffer poison = filled(device, engine, POISON)) {
            long page = device.dma().limits().pageSize();
            MemorySegment secret = arena.allocate(page, page);
            secret.fill(SECRET);
            DmaBuffer mapping = device.dma().map(secret, constraints);
            long old = mapping.deviceAddress();
            mapping.close();
            engine.load(device, poison.deviceAddress(), LENGTH);
            engine.store(device, old, LENGTH);
            assertAll(secret, SECRET, "a write to the address 0x" + Long.toHexString(old) + ", unmapped again,");
            engine.load(device, old, LENGTH);
            engine.store(device, memory.deviceAddress(), LENGTH);
            assertNone(
                    memory.memory(), SECRET, "a read of the address 0x" + Long.toHexString(old) + ", unmapped again,");
        }
    }

    @Proves("DA-DMA-030")
    void directionIsEnforced(TckTarget target) {
        KnownDma engine = target.knownDma();
        DmaConstraints readOnly =
                DmaConstraints.addressBits(engine.addressBits()).withDirection(DmaDirection.TO_DEVICE);
        try (DeviceAccess device = target.open();
                DmaBuffer poison = filled(device, engine, POISON);
                DmaBuffer buffer = device.dma().allocate(LENGTH, readOnly)) {
            buffer.memory().fill(MINE);
            engine.load(device, poison.deviceAddress(), LENGTH);
            engine.store(device, buffer.deviceAddress(), LENGTH);
            assertAll(buffer.memory(), MINE, "a write to a buffer of direction TO_DEVICE");
        }
    }

    private static DmaBuffer filled(DeviceAccess device, KnownDma engine, byte value) {
        DmaBuffer buffer = device.dma().allocate(4096, DmaConstraints.addressBits(engine.addressBits()));
        buffer.memory().fill(value);
        return buffer;
    }

    /** Returns an address that the device drives, that the platform could map, and that nothing is mapped at. */
    private static long unmapped(DeviceAccess device, KnownDma engine, List<DmaBuffer> mapped) {
        long page = Math.max(device.dma().limits().pageSize(), 4096);
        long highest = DmaConstraints.addressBits(engine.addressBits()).highestAddress();
        for (AddressRange range : device.dma().limits().ranges()) {
            for (long address = range.first() + 64 * page & -page;
                    Long.compareUnsigned(address, highest) < 0 && range.contains(address + page);
                    address += 64 * page) {
                long candidate = address;
                if (mapped.stream().allMatch(buffer -> isFar(buffer, candidate, page))) {
                    return candidate;
                }
            }
        }
        return Assumptions.abort("no address is free");
    }

    private static boolean isFar(DmaBuffer buffer, long address, long page) {
        return Math.abs(buffer.deviceAddress() - address) > 4 * page;
    }

    private static void assertAll(MemorySegment memory, byte value, String after) {
        MemorySegment expected = MemorySegment.ofArray(new byte[(int) memory.byteSize()]);
        expected.fill(value);
        assertEquals(-1, memory.mismatch(expected), "the first byte that " + after + " has changed");
    }

    private static void assertNone(MemorySegment memory, byte value, String after) {
        byte[] bytes = memory.asSlice(0, LENGTH).toArray(ValueLayout.JAVA_BYTE);
        byte[] secret = new byte[LENGTH];
        Arrays.fill(secret, value);
        assertNotEquals(
                HexFormat.of().formatHex(secret),
                HexFormat.of().formatHex(bytes),
                after + " has given the device what it must not see");
    }
}
