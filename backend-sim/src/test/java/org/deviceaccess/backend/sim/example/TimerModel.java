// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.example;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/**
 * A whole device model: a timer that, once started, writes how often it has expired to memory and sends a message.
 *
 * <p>Registers, 64 bits each: 0x0 where to write to, 0x8 start (write only).
 */
final class TimerModel implements DeviceModel {
    private static final PciId ID = new PciId(0xcafe, 0x0001, 0, 0, 0x088000, 0x01);
    private static final int TARGET = 0x0;
    private static final int START = 0x8;
    private static final ValueLayout.OfLong COUNT = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment count = MemorySegment.ofArray(new long[1]);
    private final Runnable expire = this::expire;
    private @Nullable Bus bus;
    private long target;

    /** What is named in {@code META-INF/services}, or given to the backend by a test. */
    static final class Provider implements DeviceModelProvider {
        @Override
        public String name() {
            return "timer";
        }

        @Override
        public String description() {
            return "timer that counts in memory";
        }

        @Override
        public List<OptionKey<?>> options() {
            return List.of();
        }

        @Override
        public DeviceModel create(Options options) {
            return new TimerModel();
        }
    }

    @Override
    public PciFunction function() {
        return PciFunction.of(ID).withMemory(0, 4096, AccessWidth.BITS_64).withMsi(1);
    }

    @Override
    public void powerOn(Bus newBus) {
        bus = newBus;
    }

    @Override
    public void reset() {
        target = 0;
        count.fill((byte) 0);
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        return offset == TARGET ? target : -1;
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        switch ((int) offset) {
            case TARGET -> target = value;
            case START -> Objects.requireNonNull(bus).later(expire);
            default -> {}
        }
    }

    private void expire() {
        Bus out = Objects.requireNonNull(bus);
        count.set(COUNT, 0, count.get(COUNT, 0) + 1);
        if (out.write(target, count)) {
            out.message(0);
        }
    }
}
