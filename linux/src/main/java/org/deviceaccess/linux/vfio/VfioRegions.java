// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deviceaccess.linux.device.MissingRegion;
import org.deviceaccess.linux.device.RegionTable;
import org.deviceaccess.linux.libc.FdRegisters;
import org.deviceaccess.linux.memory.MemoryMapper;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.linux.pci.UnplacedBar;
import org.deviceaccess.linux.vfio.RegionDescription.Area;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.MmioRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * The regions of a PCI device. Each is mapped when it is first asked for; all mappings share one arena, as closing an
 * arena disturbs every thread of the process.
 */
final class VfioRegions implements RegionTable {
    private static final Set<AccessWidth> ALL_WIDTHS = EnumSet.allOf(AccessWidth.class);
    // Kernels before 6.10 divide a 64-bit call into two accesses.
    private static final Set<AccessWidth> CALL_WIDTHS =
            EnumSet.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32);

    // Bits of a base address register and of the MSI-X capability, named as in linux/pci_regs.h.
    private static final int PCI_BASE_ADDRESS_SPACE_IO = 0x1;
    private static final int PCI_MSIX_FLAGS = 2;
    private static final int PCI_MSIX_FLAGS_QSIZE = 0x7ff;
    private static final int PCI_MSIX_TABLE = 4;
    private static final int PCI_MSIX_TABLE_BIR = 0x7;
    private static final int PCI_MSIX_ENTRY_SIZE = 16;

    private record Known(RegionDescription description, List<Area> windows, RegionInfo info) {}

    private final DeviceFile file;
    private final List<UnplacedBar> unplaced;
    private final MemoryMapper mapper;
    private final Arena arena = Arena.ofShared();
    private final Region config;
    private final CommandRegister command;
    private final Map<RegionId, Known> known = new TreeMap<>();
    private final Map<RegionId, Region> regions = new HashMap<>();

    private boolean closed;

    private VfioRegions(DeviceFile file, List<UnplacedBar> unplaced) {
        this.file = file;
        this.unplaced = unplaced;
        this.mapper = new MemoryMapper(file.libc());
        this.config = openConfig();
        this.command = new CommandRegister(config);
        regions.put(RegionId.CONFIG, command.view());
    }

    /**
     * Asks the kernel for all regions; maps none.
     *
     * @param unplaced the BARs that the device has and the kernel does not offer
     */
    static VfioRegions open(DeviceFile file, List<UnplacedBar> unplaced) {
        VfioRegions regions = new VfioRegions(file, unplaced);
        try {
            regions.findOthers();
            return regions;
        } catch (RuntimeException e) {
            regions.close();
            throw e;
        }
    }

    private Region openConfig() {
        RegionDescription description = file.region(Vfio.VFIO_PCI_CONFIG_REGION_INDEX)
                .orElseThrow(() -> new MalformedDeviceException(Failure.during("open the configuration space")
                        .because("the kernel reports none for this PCI device")
                        .path(file.fd().name())));
        return open(add(RegionId.CONFIG, description, AddressSpace.CONFIGURATION, List.of()));
    }

    private void findOthers() {
        for (int i = Vfio.VFIO_PCI_BAR0_REGION_INDEX; i <= Vfio.VFIO_PCI_BAR5_REGION_INDEX; i++) {
            int index = i;
            file.region(i).ifPresent(bar -> addBar(index, bar));
        }
        file.region(Vfio.VFIO_PCI_ROM_REGION_INDEX)
                .ifPresent(rom -> add(RegionId.ROM, rom, AddressSpace.MEMORY, List.of()));
    }

    private void addBar(int index, RegionDescription bar) {
        boolean ports = (config.read32(PciHeader.BASE_ADDRESS_0 + 4L * index) & PCI_BASE_ADDRESS_SPACE_IO) != 0;
        List<Area> windows = ports ? List.of() : MappableWindows.of(bar, msixTable(index, bar), mapper.pageSize());
        add(RegionId.bar(index), bar, ports ? AddressSpace.IO : AddressSpace.MEMORY, windows);
    }

    /** Returns where the MSI-X table is if it is in this region and that matters, else {@code null}. */
    private @Nullable Area msixTable(int index, RegionDescription bar) {
        if (!bar.info().mappable() || bar.msixMappable() || bar.sparse() != null) {
            return null;
        }
        PciCapability msix =
                PciCapabilities.read(config).find(PciCapability.MSIX).orElse(null);
        if (msix == null) {
            return null;
        }
        int table = config.read32(msix.offset() + PCI_MSIX_TABLE);
        if ((table & PCI_MSIX_TABLE_BIR) != index) {
            return null;
        }
        int entries = (config.read16(msix.offset() + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1;
        return new Area(Integer.toUnsignedLong(table & ~PCI_MSIX_TABLE_BIR), (long) entries * PCI_MSIX_ENTRY_SIZE);
    }

    private Known add(RegionId id, RegionDescription description, AddressSpace space, List<Area> windows) {
        VfioRegionInfo info = description.info();
        boolean mapped = windows.size() == 1 && windows.getFirst().size() == info.size();
        Known added = new Known(
                description,
                windows,
                new RegionInfo(
                        id,
                        info.size(),
                        space,
                        info.readable(),
                        info.writable(),
                        mapped,
                        mapped ? ALL_WIDTHS : CALL_WIDTHS));
        known.put(id, added);
        return added;
    }

    @Override
    public List<RegionInfo> infos() {
        return known.values().stream().map(Known::info).toList();
    }

    /** Returns configuration space as the kernel shows it; the device's user has a view of it. */
    Region config() {
        return config;
    }

    CommandRegister command() {
        return command;
    }

    @Override
    public synchronized Region region(RegionId id) {
        if (closed) {
            throw new IllegalStateException(file.fd().name() + " is closed");
        }
        Known wanted = known.get(id);
        if (wanted == null) {
            throw MissingRegion.of(id, known.keySet(), file.fd().name(), unplaced);
        }
        return regions.computeIfAbsent(id, key -> open(wanted));
    }

    private Region open(Known wanted) {
        RegionInfo info = wanted.info();
        VfioRegionInfo vfio = wanted.description().info();
        if (info.mapped()) {
            return map(info, vfio.offset());
        }
        FdRegisters calls = new FdRegisters(file.libc(), file.fd(), info.id(), vfio.offset());
        if (wanted.windows().isEmpty()) {
            return new CallRegion(info, calls);
        }
        List<MixedRegisterCalls.Window> windows = new ArrayList<>();
        for (Area window : wanted.windows()) {
            RegionInfo part =
                    new RegionInfo(info.id(), window.size(), info.space(), true, info.writable(), true, ALL_WIDTHS);
            windows.add(new MixedRegisterCalls.Window(window.offset(), map(part, vfio.offset() + window.offset())));
        }
        return new CallRegion(info, new MixedRegisterCalls(windows, calls));
    }

    private MmioRegion map(RegionInfo info, long offset) {
        return new MmioRegion(
                info, mapper.map(file.fd(), offset, info.size(), true, info.writable(), arena, "map " + info.id()));
    }

    /** Unmaps everything; accesses throw {@link IllegalStateException} from now on. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
