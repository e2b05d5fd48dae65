// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.Locale;
import org.deviceaccess.spi.pci.PciCapability;

/** Numbers of PCI in words. */
final class PciNames {
    private PciNames() {}

    /** Returns the base class of a 24-bit class code (PCI Code and ID Assignment Specification, 1). */
    static String baseClass(int classCode) {
        return switch (classCode >>> 16) {
            case 0x00 -> "unclassified";
            case 0x01 -> "mass storage";
            case 0x02 -> "network";
            case 0x03 -> "display";
            case 0x04 -> "multimedia";
            case 0x05 -> "memory";
            case 0x06 -> "bridge";
            case 0x07 -> "communication";
            case 0x08 -> "system peripheral";
            case 0x09 -> "input";
            case 0x0a -> "docking station";
            case 0x0b -> "processor";
            case 0x0c -> "serial bus";
            case 0x0d -> "wireless";
            case 0x0e -> "intelligent I/O";
            case 0x0f -> "satellite";
            case 0x10 -> "encryption";
            case 0x11 -> "signal processing";
            case 0x12 -> "accelerator";
            case 0x13 -> "instrumentation";
            case 0x40 -> "co-processor";
            case 0xff -> "unassigned";
            default -> String.format(Locale.ROOT, "class 0x%02x", classCode >>> 16);
        };
    }

    /** Returns the name of a capability, from the ids PCI_CAP_ID_* and PCI_EXT_CAP_ID_* of linux/pci_regs.h. */
    static String capability(PciCapability capability) {
        return capability.extended() ? extended(capability.id()) : conventional(capability.id());
    }

    private static String conventional(int id) {
        return switch (id) {
            case 0x01 -> "power management";
            case 0x02 -> "AGP";
            case 0x03 -> "vital product data";
            case 0x04 -> "slot identification";
            case 0x05 -> "MSI";
            case 0x06 -> "CompactPCI hot swap";
            case 0x07 -> "PCI-X";
            case 0x08 -> "HyperTransport";
            case 0x09 -> "vendor-specific";
            case 0x0a -> "debug port";
            case 0x0b -> "CompactPCI resource control";
            case 0x0c -> "hot-plug";
            case 0x0d -> "subsystem ids of a bridge";
            case 0x0e -> "AGP target";
            case 0x0f -> "secure device";
            case 0x10 -> "PCI Express";
            case 0x11 -> "MSI-X";
            case 0x12 -> "SATA";
            case 0x13 -> "advanced features";
            case 0x14 -> "enhanced allocation";
            default -> "unknown";
        };
    }

    private static String extended(int id) {
        return switch (id) {
            case 0x01 -> "advanced error reporting";
            case 0x02, 0x09 -> "virtual channel";
            case 0x03 -> "device serial number";
            case 0x04 -> "power budgeting";
            case 0x05 -> "root complex link declaration";
            case 0x06 -> "root complex internal link";
            case 0x07 -> "root complex event collector";
            case 0x08 -> "multi-function virtual channel";
            case 0x0a -> "root complex register block";
            case 0x0b -> "vendor-specific";
            case 0x0d -> "access control services";
            case 0x0e -> "alternative routing-id";
            case 0x0f -> "address translation services";
            case 0x10 -> "SR-IOV";
            case 0x11 -> "MR-IOV";
            case 0x12 -> "multicast";
            case 0x13 -> "page request interface";
            case 0x15 -> "resizable BAR";
            case 0x16 -> "dynamic power allocation";
            case 0x17 -> "TPH requester";
            case 0x18 -> "latency tolerance reporting";
            case 0x19 -> "secondary PCI Express";
            case 0x1a -> "protocol multiplexing";
            case 0x1b -> "process address space id";
            case 0x1d -> "downstream port containment";
            case 0x1e -> "L1 power management substates";
            case 0x1f -> "precision time measurement";
            case 0x23 -> "designated vendor-specific";
            case 0x25 -> "data link feature";
            case 0x26 -> "physical layer 16 GT/s";
            case 0x2e -> "data object exchange";
            default -> "unknown";
        };
    }
}
