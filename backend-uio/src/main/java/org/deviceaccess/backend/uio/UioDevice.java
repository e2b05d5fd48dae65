// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.DeviceIdentity;

/**
 * A UIO device as {@code /sys/class/uio} shows it. Every method reads sysfs anew, and throws as {@link Sysfs} does.
 *
 * @param sysfs the tree
 * @param name its name: {@code uio3}
 * @param function the PCI function that it is, or nothing for another kind of device
 */
record UioDevice(Sysfs sysfs, String name, Optional<PciFunction> function) {
    // No processor has more, so that sums of two do not overflow.
    private static final int ADDRESS_BITS = 62;
    private static final int MAX_IO_PORT = 0xffff;

    /** Returns its directory: {@code /sys/class/uio/uio3}. */
    Path directory() {
        return sysfs.path("class/uio").resolve(name);
    }

    /** Returns the directory of the device that its driver has, where those who open it take turns. */
    Path parent() {
        return directory().resolve("device");
    }

    /** Returns its file: {@code /dev/uio3}. */
    String node() {
        return "/dev/" + name;
    }

    /** Returns what it is called by its bus: the PCI address, or {@code uio3}. */
    String busName() {
        return function.map(PciFunction::toString).orElse(name);
    }

    /** Returns the kernel driver that holds it, or nothing. */
    Optional<String> driver() {
        return sysfs.linkName(directory().resolve("device/driver"));
    }

    DeviceIdentity identity() {
        return new DeviceIdentity(busName(), function.map(PciFunction::id).orElse(null), numaNode());
    }

    /** Returns the IOMMU group whose addresses the IOMMU translates for the device, or nothing if it does not. */
    OptionalInt translatingGroup() {
        OptionalInt group = function.map(PciFunction::iommuGroup).orElse(OptionalInt.empty());
        if (group.isEmpty()) {
            return group;
        }
        // "identity" where addresses are physical ones (Documentation/ABI/testing/sysfs-kernel-iommu_groups).
        Path type = sysfs.path("kernel/iommu_groups/" + group.getAsInt() + "/type");
        return sysfs.textIfPresent(type).filter("identity"::equals).isPresent() ? OptionalInt.empty() : group;
    }

    private int numaNode() {
        int node =
                sysfs.decimalIfPresent(directory().resolve("device/numa_node")).orElse(-1);
        return Math.max(-1, node);
    }

    /** Returns how many interrupts there have been since it was bound, in 32 bits that wrap. */
    int eventTotal() {
        Path file = directory().resolve("event");
        String text = sysfs.text(file);
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw Sysfs.malformed(file, "it holds \"" + Sysfs.quote(text) + "\", which is no number of 32 bits");
        }
    }

    /**
     * Returns its memory maps.
     *
     * @param pageSize in bytes
     */
    List<UioMap> maps(long pageSize) {
        List<UioMap> maps = new ArrayList<>();
        Path directory = directory().resolve("maps");
        for (String each : sysfs.names(directory)) {
            Path map = directory.resolve(each);
            int index = index(map, each, "map", UioMap.MAX_UIO_MAPS);
            long address = sysfs.hex(map.resolve("addr"), Long.SIZE);
            long size = positive(map.resolve("size"));
            // Kernels before 2.6.29 have no offset.
            Path offsetFile = map.resolve("offset");
            long offset = sysfs.textIfPresent(offsetFile).isPresent() ? sysfs.hex(offsetFile, ADDRESS_BITS) : 0;
            if (offset >= pageSize || offset >= size) {
                throw Sysfs.malformed(
                        offsetFile,
                        "it holds 0x" + Long.toHexString(offset)
                                + ", which is not inside the first page of the map's 0x" + Long.toHexString(size)
                                + " bytes");
            }
            maps.add(new UioMap(index, address, offset, size));
        }
        return maps;
    }

    /** Returns its port regions. */
    List<UioPorts> ports() {
        List<UioPorts> ports = new ArrayList<>();
        Path directory = directory().resolve("portio");
        for (String each : sysfs.names(directory)) {
            Path port = directory.resolve(each);
            int index = index(port, each, "port", UioPorts.MAX_UIO_PORT_REGIONS);
            long start = sysfs.hex(port.resolve("start"), ADDRESS_BITS);
            long size = positive(port.resolve("size"));
            UioPorts found = new UioPorts(index, start, size, sysfs.text(port.resolve("porttype")));
            if (found.isIo() && start + size - 1 > MAX_IO_PORT) {
                throw Sysfs.malformed(
                        port.resolve("size"),
                        "it holds 0x" + Long.toHexString(size) + ", and from 0x" + Long.toHexString(start)
                                + " on there are not so many I/O ports");
            }
            ports.add(found);
        }
        return ports;
    }

    private static int index(Path directory, String name, String prefix, int count) {
        for (int index = 0; index < count; index++) {
            if (name.equals(prefix + index)) {
                return index;
            }
        }
        throw Sysfs.malformed(directory, "its name is not " + prefix + "0 to " + prefix + (count - 1));
    }

    private long positive(Path file) {
        long size = sysfs.hex(file, ADDRESS_BITS);
        if (size == 0) {
            throw Sysfs.malformed(file, "it holds 0, and what is there has a size");
        }
        return size;
    }
}
