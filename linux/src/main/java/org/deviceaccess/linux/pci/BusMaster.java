// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

/** Switches a device's bus mastering on, which it needs for DMA and messages. Closing the device switches it off. */
@FunctionalInterface
public interface BusMaster {
    /** Lets the device do DMA and send messages; without effect if it may already. */
    void enable();
}
