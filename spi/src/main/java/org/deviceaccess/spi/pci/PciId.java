// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.pci;

import java.util.Locale;

/**
 * What a PCI function says it is (PCI Local Bus Specification 3.0, 6.2.1 and 6.2.4).
 *
 * @param vendor vendor id, 16 bits
 * @param device device id, 16 bits
 * @param subsystemVendor subsystem vendor id, 16 bits
 * @param subsystem subsystem id, 16 bits
 * @param classCode base class, sub-class and programming interface, 24 bits: 0x010802 is an NVMe controller
 * @param revision revision id, 8 bits
 */
public record PciId(int vendor, int device, int subsystemVendor, int subsystem, int classCode, int revision) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value has more bits than its register
     */
    public PciId {
        check("vendor id", vendor, 16);
        check("device id", device, 16);
        check("subsystem vendor id", subsystemVendor, 16);
        check("subsystem id", subsystem, 16);
        check("class code", classCode, 24);
        check("revision id", revision, 8);
    }

    private static void check(String what, int value, int bits) {
        if (value >>> bits != 0) {
            throw new IllegalArgumentException(
                    what + " 0x" + Integer.toHexString(value) + " has more than " + bits + " bits");
        }
    }

    /** Returns whether vendor and device id are these. */
    public boolean is(int wantedVendor, int wantedDevice) {
        return vendor == wantedVendor && device == wantedDevice;
    }

    /** Returns vendor and device in the usual form: {@code 1234:11e8}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04x:%04x", vendor, device);
    }
}
