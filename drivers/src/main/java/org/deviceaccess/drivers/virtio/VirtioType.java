// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.DriverNeeds;

/** The types of virtio device that there are drivers for (virtio 1.2, 5; linux/virtio_ids.h). */
enum VirtioType {
    NETWORK(1, 0x1000),
    BLOCK(2, 0x1001),
    ENTROPY(4, 0x1005);

    private static final int VENDOR = 0x1af4;
    private static final int MODERN = 0x1040;
    private static final int ADDRESS_BITS = 64;

    private final int modern;
    private final int transitional;

    VirtioType(int type, int transitional) {
        this.modern = MODERN + type;
        this.transitional = transitional;
    }

    /** Returns whether a device is of this type; one with a transitional id has perhaps not what virtio 1 demands (4.1.2). */
    boolean matches(DeviceIdentity identity) {
        return identity.pci() != null
                && (identity.pci().is(VENDOR, modern) || identity.pci().is(VENDOR, transitional));
    }

    /** Returns whether a device has the id of a type of virtio 1. */
    static boolean matchesModern(DeviceIdentity identity, int type) {
        return identity.pci() != null && identity.pci().is(VENDOR, MODERN + type);
    }

    /** Returns what drivers of virtio devices need: the BARs are found in configuration space. */
    static DriverNeeds needs() {
        return DriverNeeds.NONE.withCapabilities(Capability.CONFIG_SPACE).withDma(ADDRESS_BITS);
    }
}
