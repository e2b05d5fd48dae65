// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;

/** The command register of a PCI function, changed bit by bit. Safe for use by any thread. */
final class CommandRegister implements BusMaster {
    private final Region config;
    private boolean closed;

    CommandRegister(Region config) {
        this.config = config;
    }

    /** Lets the function answer accesses to its memory and I/O ports. */
    synchronized void enableDecoding() {
        change(PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO, 0);
    }

    @Override
    public synchronized void enable() {
        if (closed) {
            throw new IllegalStateException("cannot switch bus mastering on: the device is closed");
        }
        change(PciHeader.COMMAND_MASTER, 0);
    }

    /** Runs something that may change the register, and then gives it back the value it had. */
    synchronized void preserve(Runnable action) {
        int before = config.read16(PciHeader.COMMAND);
        action.run();
        change(before, ~before & 0xffff);
    }

    /** Switches bus mastering off for ever. */
    synchronized void close() {
        closed = true;
        change(0, PciHeader.COMMAND_MASTER);
    }

    private void change(int set, int clear) {
        int before = config.read16(PciHeader.COMMAND);
        int after = (before | set) & ~clear;
        if (after != before) {
            config.write16(PciHeader.COMMAND, after);
        }
    }
}
