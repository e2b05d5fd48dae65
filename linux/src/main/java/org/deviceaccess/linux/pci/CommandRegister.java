// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.util.function.Supplier;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.Region;
import org.jspecify.annotations.Nullable;

/**
 * The command register of a PCI function, which the backend changes bit by bit and the function's user writes through
 * configuration space. The two take turns. Safe for use by any thread.
 *
 * <p>Where INTx is switched by this register, its INTx Disable bit has two masters. The user sees and writes a bit of
 * its own; the function has the bit set if either of the two wants it. So a driver that changes another bit of the
 * register by reading and writing it cannot undo an unmask that happened in between.
 */
public final class CommandRegister implements BusMaster {
    private static final int LOWER = 0x00ff;
    private static final int UPPER = 0xff00;

    private final Region config;
    private final RegionCalls calls;
    private @Nullable Supplier<? extends RuntimeException> forbidden;
    private boolean closed;
    private boolean switchesIntx;
    /** Whether the backend, or the kernel at an interrupt, keeps the function from raising INTx. */
    private boolean intxHeld;
    /** Whether the user does. */
    private boolean intxUnwanted;

    /**
     * Changes nothing yet.
     *
     * @param config the function's configuration space
     */
    public CommandRegister(Region config) {
        this.config = config;
        this.calls = new RegionCalls(config);
    }

    /** Returns configuration space as the function's user is to have it. */
    public Region view() {
        return new CallRegion(config.info(), new ConfigView(calls, this));
    }

    /** Lets the function answer accesses to its memory and I/O ports. */
    public synchronized void enableDecoding() {
        change(PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO, 0);
    }

    /** Switches bus mastering off, until somebody switches it on. */
    public synchronized void stopBusMastering() {
        change(0, PciHeader.COMMAND_MASTER);
    }

    /**
     * Switches bus mastering off, and lets nobody switch it on by way of this.
     *
     * @param refusal makes what is thrown at those who try
     * @return whether it is off; some functions, made for PCI before 2.3, have it always on
     */
    public synchronized boolean forbidBusMastering(Supplier<? extends RuntimeException> refusal) {
        forbidden = refusal;
        change(0, PciHeader.COMMAND_MASTER);
        return (config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER) == 0;
    }

    @Override
    public synchronized void enable() {
        if (closed) {
            throw new IllegalStateException("cannot switch bus mastering on: the device is closed");
        }
        refuseIfForbidden();
        change(PciHeader.COMMAND_MASTER, 0);
    }

    private void refuseIfForbidden() {
        if (forbidden != null) {
            throw forbidden.get();
        }
    }

    /** Lets the function raise INTx, unless its user does not want it to. */
    public synchronized void allowIntx() {
        intxHeld = false;
        if (!intxUnwanted) {
            change(0, PciHeader.COMMAND_INTX_DISABLE);
        }
    }

    /**
     * Keeps the function from raising INTx.
     *
     * @return whether it has taken the bit, which functions made for PCI before 2.3 do not have
     */
    public synchronized boolean disableIntx() {
        change(PciHeader.COMMAND_INTX_DISABLE, 0);
        intxHeld = true;
        switchesIntx = (config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_INTX_DISABLE) != 0;
        return switchesIntx;
    }

    /** Runs something that may change the register, and then gives it back the value it had. */
    public synchronized void preserve(Runnable action) {
        int before = config.read16(PciHeader.COMMAND);
        action.run();
        change(before, ~before & 0xffff);
    }

    /** Switches bus mastering off for ever. */
    public synchronized void close() {
        closed = true;
        try {
            change(0, PciHeader.COMMAND_MASTER);
        } catch (DeviceLostException gone) {
            // A device that does not answer does no DMA either, and the IOMMU or the kernel's own closing stops one
            // that only its configuration space is dead of. Losing a device must not make closing it an error.
            return;
        }
    }

    /**
     * Returns what the user is to see.
     *
     * @param bits where the register starts in the value, in bits; negative if the value starts inside the register
     * @param width the width of the value
     * @param value what was read of the function
     */
    synchronized long shown(int bits, AccessWidth width, long value) {
        long mask = at(PciHeader.COMMAND_INTX_DISABLE, bits, width);
        if (!switchesIntx) {
            return value;
        }
        return intxUnwanted ? value | mask : value & ~mask;
    }

    /** Writes what the user wants written; the offset and the width are such that the register is among it. */
    synchronized void write(long offset, AccessWidth width, long value) {
        if (closed) {
            throw new IllegalStateException("cannot write the command register: the device is closed");
        }
        int bits = ConfigView.bitsTo(offset);
        if ((value & at(PciHeader.COMMAND_MASTER, bits, width)) != 0) {
            refuseIfForbidden();
        }
        long intx = at(PciHeader.COMMAND_INTX_DISABLE, bits, width);
        if (!switchesIntx || intx == 0) {
            calls.write(offset, width, value);
            return;
        }
        int present = config.read16(PciHeader.COMMAND);
        boolean masked = intxHeld || (!intxUnwanted && (present & PciHeader.COMMAND_INTX_DISABLE) != 0);
        boolean unwanted = (value & intx) != 0;
        long wanted = masked || unwanted ? value | intx : value & ~intx;
        if (width == AccessWidth.BITS_8) {
            put(present, (present & LOWER) | (int) (wanted << Byte.SIZE));
        } else {
            put(present, (int) wanted & (UPPER | LOWER));
            if (wanted >>> Short.SIZE != 0) {
                config.write16(PciHeader.STATUS, (int) (wanted >>> Short.SIZE)); // whose bits are cleared by a 1
            }
        }
        intxHeld = masked;
        intxUnwanted = unwanted;
    }

    /** Returns a bit of the register as it is in a value, or 0 if the value does not reach so far. */
    private static long at(int bit, int bits, AccessWidth width) {
        int position = Integer.numberOfTrailingZeros(bit) + bits;
        return position < 0 || position >= width.bits() ? 0 : 1L << position;
    }

    private void change(int set, int clear) {
        int before = config.read16(PciHeader.COMMAND);
        put(before, (before | set) & ~clear);
    }

    private void put(int before, int after) {
        // uio_pci_generic sets INTx Disable, in the upper byte, at each interrupt: a bit of the lower one must not be
        // written together with what was read of the upper one before. The other way round nobody else is to be
        // feared, and QEMU looks at the line again only if the lower byte is written as well (hw/pci/pci.c,
        // pci_default_write_config).
        if (((before ^ after) & UPPER) != 0) {
            config.write16(PciHeader.COMMAND, after);
        } else if (before != after) {
            config.write8(PciHeader.COMMAND, after & LOWER);
        }
    }
}
