// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;

/** The command register of a PCI function, changed bit by bit. Safe for use by any thread. */
public final class CommandRegister implements BusMaster {
    private static final int UPPER = 0xff00;

    private final Region config;
    private boolean closed;

    /**
     * Changes nothing yet.
     *
     * @param config the function's configuration space
     */
    public CommandRegister(Region config) {
        this.config = config;
    }

    /** Lets the function answer accesses to its memory and I/O ports. */
    public synchronized void enableDecoding() {
        change(PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO, 0);
    }

    @Override
    public synchronized void enable() {
        if (closed) {
            throw new IllegalStateException("cannot switch bus mastering on: the device is closed");
        }
        change(PciHeader.COMMAND_MASTER, 0);
    }

    /** Lets the function raise INTx. */
    public synchronized void allowIntx() {
        change(0, PciHeader.COMMAND_INTX_DISABLE);
    }

    /**
     * Keeps the function from raising INTx.
     *
     * @return whether it has taken the bit, which functions made for PCI before 2.3 do not have
     */
    public synchronized boolean disableIntx() {
        change(PciHeader.COMMAND_INTX_DISABLE, 0);
        return (config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_INTX_DISABLE) != 0;
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

    private void change(int set, int clear) {
        int before = config.read16(PciHeader.COMMAND);
        int after = (before | set) & ~clear;
        // uio_pci_generic sets INTx Disable, in the upper byte, at each interrupt: a bit of the lower one must not be
        // written together with what was read of the upper one before. The other way round nobody else is to be
        // feared, and QEMU looks at the line again only if the lower byte is written as well (hw/pci/pci.c,
        // pci_default_write_config).
        if (((before ^ after) & UPPER) != 0) {
            config.write16(PciHeader.COMMAND, after);
        } else if (before != after) {
            config.write8(PciHeader.COMMAND, after & ~UPPER);
        }
    }
}
