// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/** A device that does at once what its registers are told, to try the bus with. */
final class TestModel implements DeviceModel, DeviceModelProvider {
    static final int MESSAGE = 0x00;
    static final int LINE = 0x08;
    static final int DMA_ADDRESS = 0x10;
    static final int DMA_LENGTH = 0x18;
    /** 0 reads memory, 1 writes it; the register then reads 1 if it was done. */
    static final int DMA_GO = 0x20;
    /** Throws later, on the device's own thread. */
    static final int FAIL = 0x28;
    /** Keeps what is written, at any width. */
    static final int SCRATCH = 0x38;

    final byte[] memory = new byte[16384];
    private final PciFunction function;
    private @Nullable Bus bus;
    private long address;
    private long length;
    private long done;
    private long scratch;

    TestModel() {
        this(PciFunction.of(new PciId(0xdeac, 1, 2, 3, 0xff0000, 4))
                .withMemory(0, 4096, AccessWidth.values())
                .withPorts(2, 16, AccessWidth.BITS_8)
                .withIntx()
                .withMsi(4)
                .withMsix(5)
                .withCapability(0x09, "10deadbeef"));
    }

    TestModel(PciFunction function) {
        this.function = function;
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public String description() {
        return "test device";
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(OptionKey.flag("test-only", "An option that the other models lack.", false));
    }

    @Override
    public DeviceModel create(Options options) {
        return this;
    }

    @Override
    public PciFunction function() {
        return function;
    }

    @Override
    public void powerOn(Bus newBus) {
        bus = newBus;
    }

    @Override
    public void reset() {
        scratch = 0;
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        if (bar == 2) {
            return 0xff00 + offset;
        }
        return switch ((int) offset) {
            case DMA_GO -> done;
            case SCRATCH -> scratch;
            default -> -1;
        };
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        Bus out = bus;
        switch ((int) offset) {
            case MESSAGE -> out.message((int) value);
            case LINE -> out.line(value != 0);
            case DMA_ADDRESS -> address = value;
            case DMA_LENGTH -> length = value;
            case DMA_GO -> {
                MemorySegment own = MemorySegment.ofArray(memory).asSlice(0, length);
                done = (value == 0 ? out.read(address, own) : out.write(address, own)) ? 1 : 0;
            }
            case FAIL ->
                out.later(() -> {
                    throw new UnsupportedOperationException("broken on purpose");
                });
            case SCRATCH -> scratch = value;
            default -> {}
        }
    }
}
