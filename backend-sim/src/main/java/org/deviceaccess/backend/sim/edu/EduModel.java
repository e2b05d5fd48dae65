// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.edu;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/**
 * The edu device, after docs/specs/edu.rst of QEMU and, where that is silent, the behaviour of hw/misc/edu.c.
 *
 * <p>It differs in one point: a transfer outside of the buffer, which overruns or stops QEMU, is not done here. It is
 * recorded as a fault of the device, the run bit is cleared, and no interrupt is raised.
 */
final class EduModel implements DeviceModel {
    private static final PciId ID = new PciId(0x1234, 0x11e8, 0x1af4, 0x1100, 0x00ff00, 0x10);
    private static final long BAR_SIZE = 1 << 20;

    private static final int IDENTIFICATION = 0x00;
    private static final int LIVENESS = 0x04;
    private static final int FACTORIAL = 0x08;
    private static final int STATUS = 0x20;
    private static final int IRQ_STATUS = 0x24;
    private static final int IRQ_RAISE = 0x60;
    private static final int IRQ_ACKNOWLEDGE = 0x64;
    private static final int DMA_SOURCE = 0x80;
    private static final int DMA_DESTINATION = 0x88;
    private static final int DMA_COUNT = 0x90;
    private static final int DMA_COMMAND = 0x98;
    /** Below, registers are 32 bits wide and answer no other width. */
    private static final int FIRST_WIDE = 0x80;

    private static final int VERSION = 0x010000ed;
    private static final int STATUS_COMPUTING = 0x01;
    private static final int STATUS_IRQ_FACTORIAL = 0x80;
    private static final int IRQ_FACTORIAL = 0x001;
    private static final int IRQ_DMA = 0x100;
    private static final int COMMAND_RUN = 0x1;
    private static final int COMMAND_TO_MEMORY = 0x2;
    private static final int COMMAND_IRQ = 0x4;
    private static final long BUFFER_START = 0x40000;
    private static final int BUFFER_SIZE = 4096;
    /** 34! and all above are multiples of 2^32. */
    private static final int LAST_FACTORIAL_NOT_ZERO = 33;

    private final long dmaMask;
    private final MemorySegment buffer = MemorySegment.ofArray(new byte[BUFFER_SIZE]);
    // Made once, as a register access allocates nothing.
    private final Runnable finishFactorial = this::finishFactorial;
    private final Runnable transfer = this::transfer;
    private @Nullable Bus bus;
    private int liveness;
    private int factorial;
    private int status;
    private int irqStatus;
    private long dmaSource;
    private long dmaDestination;
    private long dmaCount;
    private long dmaCommand;

    EduModel(long dmaMask) {
        this.dmaMask = dmaMask;
    }

    @Override
    public PciFunction function() {
        return PciFunction.of(ID)
                .withMemory(0, BAR_SIZE, AccessWidth.BITS_32, AccessWidth.BITS_64)
                .withIntx()
                .withMsi(1);
    }

    @Override
    public void powerOn(Bus newBus) {
        bus = newBus;
    }

    @Override
    public void reset() {
        buffer.fill((byte) 0);
        liveness = 0;
        factorial = 0;
        status = 0;
        irqStatus = 0;
        dmaSource = 0;
        dmaDestination = 0;
        dmaCount = 0;
        dmaCommand = 0;
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        if (offset < FIRST_WIDE && width != AccessWidth.BITS_32) {
            return -1;
        }
        return switch ((int) offset) {
            case IDENTIFICATION -> VERSION;
            case LIVENESS -> liveness;
            case FACTORIAL -> factorial;
            case STATUS -> status;
            case IRQ_STATUS -> irqStatus;
            case DMA_SOURCE -> dmaSource;
            case DMA_DESTINATION -> dmaDestination;
            case DMA_COUNT -> dmaCount;
            case DMA_COMMAND -> dmaCommand;
            default -> -1;
        };
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        if (offset < FIRST_WIDE && width != AccessWidth.BITS_32) {
            return;
        }
        boolean dmaIdle = (dmaCommand & COMMAND_RUN) == 0;
        switch ((int) offset) {
            case LIVENESS -> liveness = ~(int) value;
            case FACTORIAL -> startFactorial((int) value);
            case STATUS -> status = (status & ~STATUS_IRQ_FACTORIAL) | ((int) value & STATUS_IRQ_FACTORIAL);
            case IRQ_RAISE -> raise((int) value);
            case IRQ_ACKNOWLEDGE -> lower((int) value);
            case DMA_SOURCE -> dmaSource = dmaIdle ? value : dmaSource;
            case DMA_DESTINATION -> dmaDestination = dmaIdle ? value : dmaDestination;
            case DMA_COUNT -> dmaCount = dmaIdle ? value : dmaCount;
            case DMA_COMMAND -> {
                if (dmaIdle && (value & COMMAND_RUN) != 0) {
                    dmaCommand = value;
                    bus().later(transfer);
                }
            }
            default -> {
                // Writes elsewhere are dropped.
            }
        }
    }

    private void startFactorial(int value) {
        if ((status & STATUS_COMPUTING) == 0) {
            factorial = value;
            status |= STATUS_COMPUTING;
            bus().later(finishFactorial);
        }
    }

    private void finishFactorial() {
        factorial = factorialOf(factorial);
        status &= ~STATUS_COMPUTING;
        if ((status & STATUS_IRQ_FACTORIAL) != 0) {
            raise(IRQ_FACTORIAL);
        }
    }

    private static int factorialOf(int value) {
        if (Integer.compareUnsigned(value, LAST_FACTORIAL_NOT_ZERO) > 0) {
            return 0;
        }
        int product = 1;
        for (int factor = 2; factor <= value; factor++) {
            product *= factor;
        }
        return product;
    }

    private void raise(int causes) {
        irqStatus |= causes;
        if (irqStatus == 0) {
            return;
        }
        if (bus().messagesEnabled()) {
            bus().message(0);
        } else {
            bus().line(true);
        }
    }

    private void lower(int causes) {
        irqStatus &= ~causes;
        if (irqStatus == 0 && !bus().messagesEnabled()) {
            bus().line(false);
        }
    }

    private void transfer() {
        boolean toMemory = (dmaCommand & COMMAND_TO_MEMORY) != 0;
        long start = toMemory ? dmaSource : dmaDestination;
        dmaCommand &= ~COMMAND_RUN;
        if (!insideBuffer(start)) {
            bus().fault(String.format(
                    Locale.ROOT,
                    "edu was told to transfer 0x%x bytes at 0x%x, which is not inside its buffer 0x%x to 0x%x",
                    dmaCount,
                    start,
                    BUFFER_START,
                    BUFFER_START + BUFFER_SIZE - 1));
            return;
        }
        MemorySegment part = buffer.asSlice(start - BUFFER_START, dmaCount);
        // The device does not notice when the bus refuses: that is for the IOMMU to report.
        if (toMemory) {
            bus().write(dmaDestination & dmaMask, part);
        } else {
            bus().read(dmaSource & dmaMask, part);
        }
        if ((dmaCommand & COMMAND_IRQ) != 0) {
            raise(IRQ_DMA);
        }
    }

    private boolean insideBuffer(long start) {
        return Long.compareUnsigned(dmaCount, BUFFER_SIZE) <= 0
                && Long.compareUnsigned(start - BUFFER_START, BUFFER_SIZE - dmaCount) <= 0;
    }

    private Bus bus() {
        if (bus == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return bus;
    }
}
