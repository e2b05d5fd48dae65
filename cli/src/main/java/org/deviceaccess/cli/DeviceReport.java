// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.driver.DriverCandidate;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/**
 * What there is to say of an open device, for a person.
 *
 * @param device the device
 * @param drivers the installed drivers
 */
record DeviceReport(DeviceAccess device, Drivers drivers) {
    void print(PrintWriter out) {
        out.println(device.address());
        printIdentity(out);
        printRegions(out);
        printInterrupts(out);
        if (device.capabilities().contains(Capability.DMA)) {
            printDma(out, device.dma().limits());
        }
        printCapabilities(out);
        out.flush();
    }

    private void printIdentity(PrintWriter out) {
        Table table = new Table("", "");
        table.row("  name", device.identity().name());
        PciId pci = device.identity().pci();
        if (pci != null) {
            table.row("  PCI id", pci + String.format(Locale.ROOT, ", revision 0x%02x", pci.revision()));
            table.row("  subsystem", String.format(Locale.ROOT, "%04x:%04x", pci.subsystemVendor(), pci.subsystem()));
            table.row("  class", String.format(Locale.ROOT, "0x%06x, %s", pci.classCode(), KindNames.of(pci)));
        }
        int node = device.identity().numaNode();
        table.row("  NUMA node", node < 0 ? "not known" : Integer.toString(node));
        table.row("  trust", device.trust() + ": " + meaning(device.trust()));
        table.row("  capabilities", words(new TreeSet<>(device.capabilities())));
        table.row("  events", words(new TreeSet<>(device.events().kinds())));
        table.row(
                "  drivers",
                words(drivers.candidates(device).stream()
                        .map(DeviceReport::words)
                        .toList()));
        table.print(out);
    }

    private void printRegions(PrintWriter out) {
        out.println(System.lineSeparator() + "Regions");
        Table table = new Table("  ID", "SIZE", "SPACE", "ACCESS", "WIDTHS", "HOW");
        device.regions()
                .forEach(region -> table.row(
                        "  " + region.id(),
                        size(region.size()),
                        region.space().name(),
                        (region.readable() ? "r" : "-") + (region.writable() ? "w" : "-"),
                        widths(region),
                        region.mapped() ? "mapped" : "by calls"));
        table.print(out);
    }

    private void printInterrupts(PrintWriter out) {
        out.println(System.lineSeparator() + "Interrupts");
        List<InterruptInfo> kinds = device.interrupts().kinds();
        if (kinds.isEmpty()) {
            out.println("  none");
            return;
        }
        Table table = new Table("  KIND", "VECTORS", "MASKABLE", "AUTO-MASKED", "TRIGGERABLE");
        kinds.forEach(info -> table.row(
                "  " + info.kind(),
                Integer.toString(info.vectors()),
                yesNo(info.maskable()),
                yesNo(info.autoMasked()),
                yesNo(info.triggerable())));
        table.print(out);
    }

    private static void printDma(PrintWriter out, DmaLimits limits) {
        out.println(System.lineSeparator() + "DMA");
        Table table = new Table("", "");
        table.row("  addresses", limits.addressKind().name());
        table.row("  ranges", words(limits.ranges()));
        table.row("  page sizes", pageSizes(limits.pageSizes()));
        table.row(
                "  mappings",
                limits.maxMappings() == Long.MAX_VALUE ? "no known limit" : "up to " + limits.maxMappings());
        table.row("  coherent", yesNo(limits.coherent()));
        table.print(out);
    }

    private void printCapabilities(PrintWriter out) {
        if (!hasConfig()) {
            return;
        }
        out.println(System.lineSeparator() + "PCI capabilities");
        List<PciCapability> entries;
        try {
            entries = PciCapabilities.read(device.region(RegionId.CONFIG)).entries();
        } catch (MalformedDeviceException | PermissionDeniedException e) {
            out.println("  " + e.getMessage());
            return;
        }
        if (entries.isEmpty()) {
            out.println("  none");
            return;
        }
        Table table = new Table("  OFFSET", "ID", "NAME");
        entries.forEach(entry -> table.row(
                String.format(Locale.ROOT, "  0x%03x", entry.offset()),
                String.format(Locale.ROOT, entry.extended() ? "0x%04x" : "0x%02x", entry.id()),
                PciNames.capability(entry)));
        table.print(out);
    }

    private boolean hasConfig() {
        return device.regions().stream().anyMatch(region -> region.id().equals(RegionId.CONFIG));
    }

    private static String words(DriverCandidate driver) {
        return driver.provider().name()
                + (driver.isReady() ? "" : ", which lacks " + String.join(" and ", driver.missing()));
    }

    private static String words(Collection<?> values) {
        return values.isEmpty() ? "none" : values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static String meaning(TrustLevel trust) {
        return switch (trust) {
            case SIMULATED -> "the device is a model inside this JVM";
            case IOMMU -> "an IOMMU checks every access of the device to memory";
            case NO_DMA -> "the device may not access memory by itself";
            case UNPROTECTED -> "nothing keeps the device from overwriting any memory of the machine";
        };
    }

    private static String widths(RegionInfo region) {
        return region.widths().stream()
                .sorted()
                .map(AccessWidth::bits)
                .map(Object::toString)
                .collect(Collectors.joining(","));
    }

    private static String pageSizes(long mask) {
        return words(IntStream.range(0, Long.SIZE - 1)
                .filter(bit -> (mask >>> bit & 1) != 0)
                .mapToObj(bit -> size(1L << bit))
                .toList());
    }

    private static String size(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        int unit = 0;
        long value = bytes;
        while (value >= 1024 && value % 1024 == 0 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return value + " " + units[unit];
    }

    private static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }
}
