// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.deviceaccess.spi.error.DeviceLostException;

/**
 * A program that reads registers and does not use what it has read, first until the reads are compiled and then of a page
 * that has gone, where each read that happens throws. Prints how many of {@link #TRIES} did, for each way to read.
 */
final class UnusedReads {
    /** How often each way to read is tried on the page that has gone. */
    static final int TRIES = 100;

    // With -Xbatch, compiled by C2 long before.
    private static final int WARM_UP = 100_000;
    private static final int OFFSET = 4096;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private static int sink;

    private UnusedReads() {}

    /** The ways to read; those of the second group are no way to do it, and show that the program can tell. */
    enum Way {
        READ_8((region, memory) -> region.read8(OFFSET)),
        READ_16((region, memory) -> region.read16(OFFSET)),
        READ_32((region, memory) -> region.read32(OFFSET)),
        READ_64((region, memory) -> region.read64(OFFSET)),
        FLUSH_AFTER_WRITE((region, memory) -> {
            region.write32(0, 1);
            region.read32(OFFSET);
        }),
        USED_SOMETIMES((region, memory) -> {
            int value = region.read32(OFFSET);
            if (region.size() == 0) {
                sink = value;
            }
        }),
        OF_A_SLICE((region, memory) -> region.slice(OFFSET, 8).read32(0)),
        CALL_8((region, memory) -> called(region).read8(OFFSET)),
        CALL_16((region, memory) -> called(region).read16(OFFSET)),
        CALL_32((region, memory) -> called(region).read32(OFFSET)),
        CALL_64((region, memory) -> called(region).read64(OFFSET)),

        PLAIN_GET((region, memory) -> {
            int unused = memory.get(ValueLayout.JAVA_INT, OFFSET);
        }),
        PLAIN_GET_AND_FENCE((region, memory) -> {
            int unused = memory.get(ValueLayout.JAVA_INT, OFFSET);
            VarHandle.acquireFence();
        }),
        GET_VOLATILE((region, memory) -> {
            int unused = (int) INT.getVolatile(memory, (long) OFFSET);
        });

        private final BiConsumer<Region, MemorySegment> use;

        Way(BiConsumer<Region, MemorySegment> use) {
            this.use = use;
        }

        boolean isRegions() {
            return compareTo(PLAIN_GET) < 0;
        }
    }

    /** A region of calls into one that is mapped, as a backend has where only a part of a BAR can be mapped. */
    private static Region called(Region mapped) {
        RegionInfo info = mapped.info();
        return new CallRegion(
                new RegionInfo(info.id(), info.size(), info.space(), true, true, false, info.widths()),
                new RegisterCalls() {
                    @Override
                    public long read(long offset, AccessWidth width) {
                        return switch (width) {
                            case BITS_8 -> mapped.read8(offset);
                            case BITS_16 -> mapped.read16(offset);
                            case BITS_32 -> mapped.read32(offset);
                            case BITS_64 -> mapped.read64(offset);
                        };
                    }

                    @Override
                    public void write(long offset, AccessWidth width, long value) {
                        throw new UnsupportedOperationException();
                    }
                });
    }

    private static int lost(Way way, Path file) throws IOException {
        Set<AccessWidth> all = EnumSet.allOf(AccessWidth.class);
        try (Arena arena = Arena.ofShared();
                RandomAccessFile bar = new RandomAccessFile(file.toFile(), "rw")) {
            bar.setLength(2L * OFFSET);
            MemorySegment memory = bar.getChannel().map(MapMode.READ_WRITE, 0, 2L * OFFSET, arena);
            RegionInfo info =
                    new RegionInfo(RegionId.BAR0, 2L * OFFSET, RegionInfo.AddressSpace.MEMORY, true, true, true, all);
            Region region = new MmioRegion(info, memory);
            for (int i = 0; i < WARM_UP; i++) {
                way.use.accept(region, memory);
            }
            bar.setLength(OFFSET);
            int lost = 0;
            for (int i = 0; i < TRIES; i++) {
                try {
                    way.use.accept(region, memory);
                } catch (DeviceLostException | InternalError e) {
                    lost++;
                }
            }
            return lost;
        }
    }

    /** Runs the way that is named, in a JVM of its own, so that the compiler knows of no other. */
    public static void main(String[] arguments) throws IOException {
        Path file = Files.createTempFile("bar", null);
        try {
            for (String each : arguments) {
                System.out.println(each + " " + lost(Way.valueOf(each), file));
            }
        } finally {
            Files.delete(file);
        }
    }
}
