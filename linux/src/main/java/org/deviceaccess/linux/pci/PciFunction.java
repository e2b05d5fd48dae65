// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.pci.PciAddress;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.RegionId;

/**
 * A PCI function. Every method reads sysfs anew, and throws {@link DeviceNotFoundException} if the function is gone and
 * {@link MalformedDeviceException} if a file makes no sense.
 */
public final class PciFunction {
    private static final Pattern RESOURCE =
            Pattern.compile("0x([0-9a-fA-F]{1,16}) 0x([0-9a-fA-F]{1,16}) 0x([0-9a-fA-F]{1,16})");
    private static final int ROM_LINE = 6; // PCI_ROM_RESOURCE of linux/pci.h; bridge windows and others follow

    private final Sysfs sysfs;
    private final PciAddress address;
    private final Path directory;

    PciFunction(Sysfs sysfs, PciAddress address) {
        this.sysfs = sysfs;
        this.address = address;
        this.directory = sysfs.path("bus/pci/devices").resolve(address.toString());
    }

    /** Returns where it is. */
    public PciAddress address() {
        return address;
    }

    /** Returns its directory: {@code /sys/bus/pci/devices/0000:00:10.0}. */
    public Path directory() {
        return directory;
    }

    /** Returns what it says it is. */
    public PciId id() {
        return new PciId(
                (int) hex("vendor", 16),
                (int) hex("device", 16),
                (int) hex("subsystem_vendor", 16),
                (int) hex("subsystem_device", 16),
                (int) hex("class", 24),
                (int) hex("revision", 8));
    }

    /** Returns the kernel driver it is bound to, or nothing. */
    public Optional<String> driver() {
        return sysfs.linkName(directory.resolve("driver"));
    }

    /** Returns the number of its IOMMU group, or nothing if it is behind no active IOMMU. */
    public OptionalInt iommuGroup() {
        Path link = directory.resolve("iommu_group");
        Optional<String> name = sysfs.linkName(link);
        if (name.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!name.get().matches("[0-9]{1,9}")) {
            throw Sysfs.malformed(link, "it points to \"" + Sysfs.quote(name.get()) + "\", which is no number");
        }
        return OptionalInt.of(Integer.parseInt(name.get()));
    }

    /** Returns the NUMA node it is next to, or nothing if the system does not have or tell any. */
    public OptionalInt numaNode() {
        int node = sysfs.decimalIfPresent(directory.resolve("numa_node")).orElse(-1);
        return node < 0 ? OptionalInt.empty() : OptionalInt.of(node);
    }

    /** Returns whether the kernel has enabled it: how many times it was asked to, more than 0. */
    public boolean isEnabled() {
        return sysfs.decimalIfPresent(directory.resolve("enable")).orElse(0) > 0;
    }

    /** Returns the physical function if this is a virtual one. */
    public Optional<PciFunction> physicalFunction() {
        return sysfs.linkName(directory.resolve("physfn"))
                .flatMap(PciAddress::parse)
                .map(physical -> new PciFunction(sysfs, physical));
    }

    /** Returns how many virtual functions it has been told to make. */
    public int virtualFunctions() {
        return sysfs.decimalIfPresent(directory.resolve("sriov_numvfs")).orElse(0);
    }

    /** Returns its BARs and its ROM, as far as it has them and they have addresses, in the order of their ids. */
    public List<PciResource> resources() {
        return described(directory.resolve("resource")).stream()
                .filter(PciResource::isPlaced)
                .toList();
    }

    /** Returns the BARs that it has and that have found no addresses, in the order of their ids. */
    public List<UnplacedBar> unplacedBars() {
        Path file = directory.resolve("resource");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<PciResource> described = described(file);
        List<UnplacedBar> unplaced = new ArrayList<>();
        BaseAddresses registers = BaseAddresses.read(directory.resolve("config"));
        for (int index = 0; index < BaseAddresses.COUNT; index++) {
            RegionId bar = RegionId.bar(index);
            Optional<PciResource> resource =
                    described.stream().filter(each -> each.id().equals(bar)).findFirst();
            if (resource.isPresent() && !resource.get().isPlaced()) {
                unplaced.add(new UnplacedBar(bar, resource.get().size()));
            } else if (resource.isEmpty() && registers.isImplemented(index)) {
                // The kernel has given up: it forgets size and kind.
                unplaced.add(new UnplacedBar(bar, 0));
            }
        }
        return List.copyOf(unplaced);
    }

    private List<PciResource> described(Path file) {
        List<String> lines = sysfs.text(file).lines().toList();
        List<PciResource> found = new ArrayList<>();
        for (int line = 0; line < Math.min(lines.size(), ROM_LINE + 1); line++) {
            Matcher matcher = RESOURCE.matcher(lines.get(line));
            if (!matcher.matches()) {
                throw Sysfs.malformed(
                        file,
                        "line " + (line + 1) + " is \"" + Sysfs.quote(lines.get(line))
                                + "\", not three hexadecimal numbers");
            }
            long start = Long.parseUnsignedLong(matcher.group(1), 16);
            long end = Long.parseUnsignedLong(matcher.group(2), 16);
            long flags = Long.parseUnsignedLong(matcher.group(3), 16);
            if ((flags & (PciResource.IORESOURCE_IO | PciResource.IORESOURCE_MEM)) == 0) {
                continue; // not there
            }
            long size = end - start + 1;
            if (Long.compareUnsigned(end, start) < 0 || size <= 0) {
                throw Sysfs.malformed(
                        file,
                        "line " + (line + 1) + " is \"" + lines.get(line) + "\", which ends before it starts or is"
                                + " larger than any address space");
            }
            found.add(new PciResource(line == ROM_LINE ? RegionId.ROM : RegionId.bar(line), start, size, flags));
        }
        return List.copyOf(found);
    }

    /**
     * Opens its configuration space.
     *
     * @param libc the C library
     * @param writable whether it will be written, which needs root
     */
    public PciConfigFile openConfig(LibC libc, boolean writable) {
        return PciConfigFile.open(libc, sysfs, directory.resolve("config"), writable);
    }

    private long hex(String file, int bits) {
        return sysfs.hex(directory.resolve(file), bits);
    }

    /** Returns its address. */
    @Override
    public String toString() {
        return address.toString();
    }
}
