// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.MisalignedAccessException;
import org.deviceaccess.spi.error.RegionAccessException;
import org.deviceaccess.spi.error.RegionBoundsException;
import org.deviceaccess.spi.error.UnsupportedWidthException;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations must behave alike. */
class RegionTest {
    private static final long SIZE = 64;
    private static final Set<AccessWidth> ALL = EnumSet.allOf(AccessWidth.class);

    private static RegionInfo info(boolean readable, boolean writable, boolean mapped, Set<AccessWidth> widths) {
        return new RegionInfo(RegionId.BAR0, SIZE, AddressSpace.MEMORY, readable, writable, mapped, widths);
    }

    private static MemorySegment memory() {
        return Arena.ofAuto().allocate(SIZE, 8);
    }

    private static Region mapped() {
        return new MmioRegion(info(true, true, true, ALL), memory());
    }

    private static Region called() {
        return new CallRegion(info(true, true, false, ALL), new MemoryCalls(memory()));
    }

    static Stream<Region> both() {
        return Stream.of(mapped(), called());
    }

    @ParameterizedTest
    @MethodSource("both")
    void valuesAreLittleEndianAndUnsignedWhereTheyFit(Region region) {
        region.write64(8, 0xf1e2_d3c4_b5a6_9788L);
        assertEquals(0xf1e2_d3c4_b5a6_9788L, region.read64(8));
        assertEquals(0xb5a6_9788, region.read32(8));
        assertEquals(0xf1e2_d3c4, region.read32(12));
        assertEquals(0x9788, region.read16(8));
        assertEquals(0x88, region.read8(8));
        assertEquals(0xf1, region.read8(15));
    }

    @ParameterizedTest
    @MethodSource("both")
    void narrowWritesTouchNothingElse(Region region) {
        region.write64(0, -1L);
        region.write8(1, 0x1ff);
        region.write8(2, 0x12300);
        region.write16(4, 0xabcd1234);
        assertEquals(0xffff_1234_ff00_ffffL, region.read64(0));
        region.write32(4, 5);
        assertEquals(0x0000_0005_ff00_ffffL, region.read64(0));
    }

    @ParameterizedTest
    @MethodSource("both")
    void outOfBoundsIsRefusedWithTheOffset(Region region) {
        for (long offset : new long[] {SIZE, SIZE - 2, -4, Long.MAX_VALUE - 3, Long.MIN_VALUE}) {
            var error = assertThrows(RegionBoundsException.class, () -> region.read32(offset));
            String shown = offset < 0 ? Long.toString(offset) : "0x" + Long.toHexString(offset);
            assertTrue(error.getMessage().contains(shown), error.getMessage());
            assertThrows(RegionBoundsException.class, () -> region.write32(offset, 1));
        }
        assertThrows(RegionBoundsException.class, () -> region.read8(SIZE));
        assertThrows(RegionBoundsException.class, () -> region.write16(SIZE, 1));
        assertThrows(RegionBoundsException.class, () -> region.write64(SIZE - 4, 1));
    }

    @ParameterizedTest
    @MethodSource("both")
    void misalignedIsRefused(Region region) {
        assertThrows(MisalignedAccessException.class, () -> region.read16(1));
        assertThrows(MisalignedAccessException.class, () -> region.read32(2));
        assertThrows(MisalignedAccessException.class, () -> region.read64(4));
        assertThrows(MisalignedAccessException.class, () -> region.write16(3, 0));
        assertThrows(MisalignedAccessException.class, () -> region.write32(6, 0));
        assertThrows(MisalignedAccessException.class, () -> region.write64(12, 0));
    }

    @ParameterizedTest
    @MethodSource("both")
    void aSliceHasItsOwnOffsetsAndBounds(Region region) {
        Region slice = region.slice(16, 8).slice(0, 8);
        slice.write32(4, 77);
        assertEquals(77, region.read32(20));
        assertEquals(8, slice.size());
        assertEquals(RegionId.BAR0, slice.id());
        assertThrows(RegionBoundsException.class, () -> slice.read32(8));
        assertThrows(RegionBoundsException.class, () -> region.slice(16, 0));
        assertThrows(RegionBoundsException.class, () -> region.slice(16, -8));
        assertThrows(RegionBoundsException.class, () -> region.slice(-8, 8));
        assertThrows(RegionBoundsException.class, () -> region.slice(16, Long.MAX_VALUE));
        assertThrows(RegionBoundsException.class, () -> region.slice(Long.MAX_VALUE, 8));
        assertThrows(MisalignedAccessException.class, () -> region.slice(4, 8));
    }

    @Test
    void whatIsNotWritableOrReadableIsRefused() {
        Region rom = new MmioRegion(info(true, false, true, ALL), memory());
        assertEquals(0, rom.read32(0));
        assertThrows(RegionAccessException.class, () -> rom.write32(0, 1));
        assertThrows(RegionBoundsException.class, () -> rom.write32(SIZE, 1));
        Region writeOnly = new CallRegion(info(false, true, false, ALL), new MemoryCalls(memory()));
        writeOnly.write32(0, 1);
        assertThrows(RegionAccessException.class, () -> writeOnly.read32(0));
    }

    @Test
    void aWidthThatTheMediumLacksIsRefusedWithThoseItHas() {
        Set<AccessWidth> narrow = EnumSet.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32);
        Region ports = new CallRegion(info(true, true, false, narrow), new MemoryCalls(memory()));
        var error = assertThrows(UnsupportedWidthException.class, () -> ports.read64(0));
        assertTrue(error.getMessage().contains("8, 16, 32 bits"), error.getMessage());
        assertThrows(UnsupportedWidthException.class, () -> ports.write64(0, 0));
    }

    @Test
    void useAfterCloseIsAnIllegalState() {
        Region region;
        Region slice;
        try (Arena arena = Arena.ofShared()) {
            region = new MmioRegion(info(true, true, true, ALL), arena.allocate(SIZE, 8));
            slice = region.slice(8, 8);
            region.write32(0, 1);
        }
        var error = assertThrows(IllegalStateException.class, () -> region.read32(0));
        assertTrue(String.valueOf(error.getMessage()).contains("closed"), error.getMessage());
        assertThrows(IllegalStateException.class, () -> region.write8(0, 1));
        assertThrows(IllegalStateException.class, () -> slice.read64(0));
    }

    @Test
    void aFaultIsALostDeviceAndTheJvmLives(@TempDir Path directory) throws IOException {
        try (Arena arena = Arena.ofShared();
                RandomAccessFile file =
                        new RandomAccessFile(directory.resolve("bar").toFile(), "rw")) {
            file.setLength(8192);
            RegionInfo info = new RegionInfo(RegionId.BAR0, 8192, AddressSpace.MEMORY, true, true, true, ALL);
            Region region = new MmioRegion(info, file.getChannel().map(MapMode.READ_WRITE, 0, 8192, arena));
            region.write32(4096, 7);
            file.setLength(0);
            var error = assertThrows(DeviceLostException.class, () -> region.read32(4096));
            assertInstanceOf(InternalError.class, error.getCause());
            assertThrows(DeviceLostException.class, () -> region.write64(4096, 1));
            assertThrows(DeviceLostException.class, () -> region.read8(1));
            assertThrows(DeviceLostException.class, () -> region.write16(2, 1));
        }
    }

    /** Compiled code goes on behind an access that faults, so that the error could arrive in the caller. */
    @ParameterizedTest
    @EnumSource
    void aFaultInCompiledCodeIsALostDeviceToo(Access access, @TempDir Path directory) throws IOException {
        for (int round = 0; round < 5; round++) {
            try (Arena arena = Arena.ofShared();
                    RandomAccessFile file =
                            new RandomAccessFile(directory.resolve("bar").toFile(), "rw")) {
                file.setLength(8192);
                RegionInfo info = new RegionInfo(RegionId.BAR0, 8192, AddressSpace.MEMORY, true, true, true, ALL);
                Region region = new MmioRegion(info, file.getChannel().map(MapMode.READ_WRITE, 0, 8192, arena));
                assertThrows(DeviceLostException.class, () -> loseWhileHot(region, access, file));
            }
        }
    }

    private static void loseWhileHot(Region region, Access access, RandomAccessFile file) throws IOException {
        for (int i = 0; i < 30_000; i++) {
            if (i == 20_000) {
                file.setLength(0);
            }
            access.use(region);
        }
    }

    enum Access {
        READ_8(region -> region.read8(4096)),
        READ_16(region -> region.read16(4096)),
        READ_32(region -> region.read32(4096)),
        READ_64(region -> region.read64(4096)),
        WRITE_8(region -> region.write8(4096, 1)),
        WRITE_16(region -> region.write16(4096, 1)),
        WRITE_32(region -> region.write32(4096, 1)),
        WRITE_64(region -> region.write64(4096, 1));

        private final Consumer<Region> use;

        Access(Consumer<Region> use) {
            this.use = use;
        }

        void use(Region region) {
            use.accept(region);
        }
    }

    @Test
    void whatIsNoMappedMemoryIsRefused() {
        RegionInfo mapped = info(true, true, true, ALL);
        MemorySegment memory = memory();
        assertThrows(IllegalArgumentException.class, () -> new MmioRegion(mapped, memory.asSlice(0, 8)));
        assertThrows(IllegalArgumentException.class, () -> new MmioRegion(info(true, true, false, ALL), memory));
        assertThrows(
                IllegalArgumentException.class,
                () -> new MmioRegion(info(true, true, true, EnumSet.of(AccessWidth.BITS_32)), memory));
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment mine = confined.allocate(SIZE, 8);
            assertThrows(IllegalArgumentException.class, () -> new MmioRegion(mapped, mine));
        }
        MemorySegment odd = Arena.ofAuto().allocate(SIZE + 1, 8).asSlice(1);
        assertThrows(IllegalArgumentException.class, () -> new MmioRegion(mapped, odd));
    }

    @ParameterizedTest
    @MethodSource("both")
    void anAccessAllocatesNothing(Region region) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // What is compiled, and when, differs from run to run: garbage of the code comes in each round.
        for (int round = 0; round < 10 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                touch(region);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }

    private static void touch(Region region) {
        region.write8(0, region.read8(1));
        region.write16(2, region.read16(4));
        region.write32(4, region.read32(8));
        region.write64(8, region.read64(16));
    }

    private record MemoryCalls(MemorySegment memory) implements RegisterCalls {
        @Override
        public long read(long offset, AccessWidth width) {
            return switch (width) {
                case BITS_8 -> memory.get(ValueLayout.JAVA_BYTE, offset) & 0xffL;
                case BITS_16 -> memory.get(ValueLayout.JAVA_SHORT, offset) & 0xffffL;
                case BITS_32 -> memory.get(ValueLayout.JAVA_INT, offset) & 0xffff_ffffL;
                case BITS_64 -> memory.get(ValueLayout.JAVA_LONG, offset);
            };
        }

        @Override
        public void write(long offset, AccessWidth width, long value) {
            switch (width) {
                case BITS_8 -> memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
                case BITS_16 -> memory.set(ValueLayout.JAVA_SHORT, offset, (short) value);
                case BITS_32 -> memory.set(ValueLayout.JAVA_INT, offset, (int) value);
                case BITS_64 -> memory.set(ValueLayout.JAVA_LONG, offset, value);
            }
        }
    }
}
