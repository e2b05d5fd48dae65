// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.util.Locale;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;

/**
 * The registers in BAR 0 (QEMU, docs/specs/edu.rst, "MMIO area spec"): 32 bits wide below 0x80, 32 or 64 above.
 *
 * <p>Registers of which no value can be all ones are checked for it: that is what a root port answers for a device that
 * has vanished.
 */
final class EduRegisters {
    /** What BAR 0 is long, in bytes ("PCI specs": 1 MB). */
    static final long BAR_SIZE = 0x100000;

    /** Identification, read-only: 0xRRrr00ed with major version RR and minor version rr. */
    static final long IDENTIFICATION = 0x00;
    /** Card liveness check: gives back what was written, inverted. */
    static final long LIVENESS = 0x04;
    /** Factorial computation: takes the number, gives the result. */
    static final long FACTORIAL = 0x08;
    /** Status register: {@link Engine#BUSY} and {@link #STATUS_INTERRUPT}. */
    static final long STATUS = 0x20;
    /** Interrupt status register, read-only: the causes that are not acknowledged yet. */
    static final long INTERRUPT_STATUS = 0x24;
    /** Interrupt acknowledge register, write-only: takes away causes. */
    static final long INTERRUPT_ACKNOWLEDGE = 0x64;
    /** DMA source address. */
    static final long DMA_SOURCE = 0x80;
    /** DMA destination address. */
    static final long DMA_DESTINATION = 0x88;
    /** DMA transfer count, in bytes. */
    static final long DMA_COUNT = 0x90;
    /** DMA command register: {@link Engine#BUSY} starts, and the two bits below. */
    static final long DMA_COMMAND = 0x98;

    /** Status: raise an interrupt after the factorial. */
    static final int STATUS_INTERRUPT = 0x80;
    /** DMA command: from the device's buffer to memory; otherwise from memory to the buffer. */
    static final int DMA_TO_MEMORY = 0x02;
    /** DMA command: raise an interrupt after the transfer. */
    static final int DMA_INTERRUPT = 0x04;

    private static final int ALL_ONES = -1;
    private static final int IDENTITY_MASK = 0xffff;
    private static final int IDENTITY = 0x00ed;

    private final Region bar;
    private final String device;
    private final boolean wide;

    EduRegisters(Region bar, String device) {
        this.bar = bar;
        this.device = device;
        this.wide = bar.info().widths().contains(AccessWidth.BITS_64);
    }

    /** Returns the name of the device, for messages. */
    String device() {
        return device;
    }

    /** Returns the identification, once it is certain that it is this device's. */
    int identify() {
        int id = bar.read32(IDENTIFICATION);
        if (id == ALL_ONES) {
            throw lost("read the identification register");
        }
        if ((id & IDENTITY_MASK) != IDENTITY) {
            throw fault(
                    "identify the device",
                    String.format(Locale.ROOT, "the identification register holds 0x%08x, and not 0x....00ed", id));
        }
        return id;
    }

    /** Checks that the device inverts what it is given. */
    void checkLiveness(int pattern) {
        bar.write32(LIVENESS, pattern);
        int answer = bar.read32(LIVENESS);
        if (answer != ~pattern) {
            throw fault(
                    "check that the device is alive",
                    String.format(
                            Locale.ROOT,
                            "the liveness register was given 0x%08x and answers 0x%08x, and not 0x%08x",
                            pattern,
                            answer,
                            ~pattern));
        }
    }

    /** Returns whether an engine works. */
    boolean busy(Engine engine) {
        int value = bar.read32(engine.register());
        if (value == ALL_ONES) {
            throw lost(engine.task());
        }
        return (value & Engine.BUSY) != 0;
    }

    /** Says whether the next factorials end with an interrupt. */
    void interruptAfterFactorial(boolean wanted) {
        bar.write32(STATUS, wanted ? STATUS_INTERRUPT : 0);
    }

    void startFactorial(int n) {
        bar.write32(FACTORIAL, n);
    }

    /**
     * Returns the result, after two checks that cost nothing: 0! and 1! are 1, and every other factorial is even, also
     * in 32 bits. They catch a device that gives the number back, and one that answers all ones.
     */
    int factorialOf(int n) {
        int result = bar.read32(FACTORIAL);
        if (n < 2 ? result != 1 : (result & 1) != 0) {
            identify();
            throw fault(
                    Engine.FACTORIAL.task(),
                    String.format(
                            Locale.ROOT,
                            "the device says that %d! is 0x%08x, which is not %s",
                            n,
                            result,
                            n < 2 ? "1" : "even"));
        }
        return result;
    }

    /** Starts a transfer; the device must be idle, as it ignores these registers otherwise. */
    void startDma(long source, long destination, long count, int command) {
        writeAddress(DMA_SOURCE, source);
        writeAddress(DMA_DESTINATION, destination);
        bar.write32(DMA_COUNT, (int) count);
        bar.write32(DMA_COMMAND, Engine.BUSY | command);
    }

    /** Returns the causes of interrupts that are not acknowledged. */
    int causes() {
        int causes = bar.read32(INTERRUPT_STATUS);
        if (causes == ALL_ONES) {
            throw lost("read the causes of the interrupt");
        }
        return causes;
    }

    void acknowledge(int causes) {
        bar.write32(INTERRUPT_ACKNOWLEDGE, causes);
    }

    DeviceFaultException fault(String operation, String detail) {
        return new DeviceFaultException(Failure.during(operation + " of " + device)
                .because(detail)
                .remedy("Reset the device; if it stays so, it is defective or not an edu device"));
    }

    private void writeAddress(long register, long address) {
        if (wide || address >>> Integer.SIZE != 0) {
            bar.write64(register, address);
        } else {
            bar.write32(register, (int) address);
        }
    }

    private DeviceLostException lost(String operation) {
        return new DeviceLostException(Failure.during(operation + " of " + device)
                .because("the register reads as all ones, which is how a device that is gone reads")
                .remedy("Close the device; when it is back, open it again"));
    }
}
