// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.pci.PciResource;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;

/** Works out which regions a device has, and which file serves each. */
final class UioRegionTable {
    /** What serves a region. */
    sealed interface Source {
        /**
         * Pages of a file.
         *
         * @param file the file, or {@code null} for the device's own
         * @param offset where the pages start in it, in bytes
         * @param skip where the region starts in the pages, in bytes
         */
        record Pages(Optional<Path> file, long offset, long skip) implements Source {}

        /**
         * Reading and writing a file.
         *
         * @param file the file
         * @param start where the region starts in it, in bytes
         */
        record Calls(Path file, long start) implements Source {}
    }

    /**
     * A region of the device.
     *
     * @param info what it is
     * @param source what serves it
     */
    record Entry(RegionInfo info, Source source) {}

    private static final Path DEV_PORT = Path.of("/dev/port");
    private static final Set<AccessWidth> ALL_WIDTHS = EnumSet.allOf(AccessWidth.class);
    private static final Set<AccessWidth> PORT_WIDTHS =
            EnumSet.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32);
    // /dev/port makes several accesses of a longer call.
    private static final Set<AccessWidth> DEV_PORT_WIDTHS = EnumSet.of(AccessWidth.BITS_8);

    private final UioDevice device;
    private final long pageSize;
    private final List<PciResource> resources;
    private final Map<RegionId, Entry> entries = new TreeMap<>();

    private UioRegionTable(UioDevice device, long pageSize) {
        this.device = device;
        this.pageSize = pageSize;
        this.resources = new ArrayList<>();
        device.function().map(PciFunction::resources).ifPresent(resources::addAll);
        resources.removeIf(resource -> resource.id().kind() != RegionId.Kind.BAR);
    }

    /**
     * Returns the regions by their ids, configuration space excepted.
     *
     * @param pageSize in bytes
     */
    static Map<RegionId, Entry> of(UioDevice device, long pageSize) {
        UioRegionTable table = new UioRegionTable(device, pageSize);
        device.maps(pageSize).forEach(table::addMap);
        table.resources.forEach(table::addResource);
        device.ports().forEach(table::addPorts);
        return table.entries;
    }

    private void addMap(UioMap map) {
        Source source = new Source.Pages(Optional.empty(), map.index() * pageSize, map.offset());
        Optional<PciResource> bar = resources.stream()
                .filter(resource -> resource.isMemory() && resource.start() == map.start())
                .filter(resource -> resource.size() <= map.length() && map.size() % pageSize == 0)
                .findFirst();
        if (bar.isPresent()) {
            add(bar.get().id(), bar.get().size(), AddressSpace.MEMORY, ALL_WIDTHS, source);
        } else {
            add(RegionId.uioMap(map.index()), map.length(), AddressSpace.MEMORY, ALL_WIDTHS, source);
        }
    }

    private void addResource(PciResource resource) {
        if (entries.containsKey(resource.id())) {
            return;
        }
        if (resource.isMemory()) {
            // The kernel maps whole pages; a BAR smaller than one need not be at its start.
            long skip = resource.start() & (pageSize - 1);
            add(
                    resource.id(),
                    resource.size(),
                    AddressSpace.MEMORY,
                    ALL_WIDTHS,
                    new Source.Pages(Optional.of(file(resource)), 0, skip));
        } else {
            addIo(resource.id(), resource.start(), resource.size());
        }
    }

    private void addPorts(UioPorts ports) {
        boolean known = resources.stream()
                .anyMatch(resource ->
                        resource.isIo() && resource.start() == ports.start() && resource.size() == ports.size());
        if (ports.isIo() && !known) {
            addIo(RegionId.uioPort(ports.index()), ports.start(), ports.size());
        }
    }

    private void addIo(RegionId id, long start, long size) {
        for (PciResource bar : resources) {
            long inside = start - bar.start();
            if (bar.isIo() && inside >= 0 && inside + size <= bar.size() && Files.exists(file(bar))) {
                add(id, size, AddressSpace.IO, PORT_WIDTHS, new Source.Calls(file(bar), inside));
                return;
            }
        }
        add(id, size, AddressSpace.IO, DEV_PORT_WIDTHS, new Source.Calls(DEV_PORT, start));
    }

    private Path file(PciResource resource) {
        return device.function()
                .orElseThrow()
                .directory()
                .resolve("resource" + resource.id().index());
    }

    private void add(RegionId id, long size, AddressSpace space, Set<AccessWidth> widths, Source source) {
        RegionInfo info = new RegionInfo(id, size, space, true, true, source instanceof Source.Pages, widths);
        entries.put(id, new Entry(info, source));
    }
}
