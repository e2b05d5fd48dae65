// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deviceaccess.backend.uio.UioRegionTable.Entry;
import org.deviceaccess.backend.uio.UioRegionTable.Source;
import org.deviceaccess.linux.device.MissingRegion;
import org.deviceaccess.linux.device.RegionTable;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.FdRegisters;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Mman;
import org.deviceaccess.linux.memory.MemoryMapper;
import org.deviceaccess.linux.pci.UnplacedBar;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.MmioRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.jspecify.annotations.Nullable;

/**
 * The regions of a device, opened when they are first asked for. All mappings share one arena, as closing an arena
 * disturbs every thread of the process. Safe for use by any thread.
 */
final class UioRegions implements RegionTable {
    private final LibC libc;
    private final UioDevice device;
    private final Fd node;
    private final MemoryMapper mapper;
    private final @Nullable Region config;
    private final Map<RegionId, Entry> entries;
    private final List<UnplacedBar> unplaced;
    private final Arena arena = Arena.ofShared();
    private final Map<RegionId, Region> regions = new HashMap<>();
    private final List<MappedBar> bars = new ArrayList<>();
    private final List<MappedBar> maps = new ArrayList<>();
    private final List<Fd> files = new ArrayList<>();
    // An empty file in the place of BARs that do not answer: its pages raise SIGBUS.
    private @Nullable Fd nothing;
    private boolean decoding = true;
    private boolean gone;
    private boolean closed;

    /**
     * Opens no region yet.
     *
     * @param node the device's file
     * @param entries the regions by their ids, configuration space excepted
     * @param config configuration space, or {@code null} if there is none
     */
    UioRegions(LibC libc, UioDevice device, Fd node, Map<RegionId, Entry> entries, @Nullable Region config) {
        this.libc = libc;
        this.device = device;
        this.node = node;
        this.mapper = new MemoryMapper(libc);
        this.entries = entries;
        this.unplaced = device.function()
                .map(function -> MissingRegion.warn("uio:" + function, function))
                .orElse(List.of());
        this.config = config == null
                ? null
                : new CallRegion(config.info(), new DecodingWatch(config, this::decode, this::lost));
    }

    @Override
    public List<RegionInfo> infos() {
        List<RegionInfo> infos = new ArrayList<>();
        entries.values().forEach(entry -> infos.add(entry.info()));
        if (config != null) {
            infos.add(config.info());
        }
        infos.sort((a, b) -> a.id().compareTo(b.id()));
        return List.copyOf(infos);
    }

    @Override
    public synchronized Region region(RegionId id) {
        if (closed) {
            throw new IllegalStateException(device.name() + " is closed");
        }
        if (id.equals(RegionId.CONFIG) && config != null) {
            return config;
        }
        Entry entry = entries.get(id);
        if (entry == null) {
            throw MissingRegion.of(
                    id,
                    infos().stream().map(RegionInfo::id).toList(),
                    device.directory().toString(),
                    unplaced);
        }
        try {
            return regions.computeIfAbsent(id, key -> open(entry));
        } catch (DeviceAccessException e) {
            throw MapErrors.explain(device, entry.source(), mapper.pageSize(), e);
        }
    }

    private Region open(Entry entry) {
        RegionInfo info = entry.info();
        return switch (entry.source()) {
            case Source.Calls calls -> {
                Fd file = file(info, calls.file());
                files.add(file);
                yield new CallRegion(info, new FdRegisters(libc, file, info.id(), calls.start()));
            }
            case Source.Pages pages when pages.file().isEmpty() -> map(info, pages, node);
            case Source.Pages pages -> {
                Fd file = file(info, pages.file().get());
                try {
                    Region region = map(info, pages, file);
                    files.add(file);
                    yield region;
                } catch (RuntimeException e) {
                    throw CloseSteps.after(e, file::close);
                }
            }
        };
    }

    private Fd file(RegionInfo info, Path path) {
        return Fd.open(libc, path.toString(), Fcntl.O_RDWR, "open " + info.id());
    }

    private MmioRegion map(RegionInfo info, Source.Pages source, Fd file) {
        MemorySegment pages =
                mapper.map(file, source.offset(), source.skip() + info.size(), true, true, arena, "map " + info.id());
        MappedBar mapped = new MappedBar(info.id(), pages, file, source.offset());
        boolean bar = info.id().kind() == RegionId.Kind.BAR;
        if (gone || (bar && !decoding)) {
            mapped.takeAway(mapper, nothing());
        }
        (bar ? bars : maps).add(mapped);
        return new MmioRegion(info, pages.asSlice(source.skip(), info.size()));
    }

    /** Makes the BARs that are mapped fail, or answer again. */
    private synchronized void decode(boolean on) {
        if (closed || gone) {
            return;
        }
        decoding = on;
        for (MappedBar bar : bars) {
            if (on) {
                bar.giveBack(mapper);
            } else {
                bar.takeAway(mapper, nothing());
            }
        }
    }

    /** Makes all that is mapped fail for ever. The kernel leaves it mapped when it lets go of a device. */
    synchronized void lost() {
        if (!closed && !gone) {
            gone = true;
            bars.forEach(bar -> bar.takeAway(mapper, nothing()));
            maps.forEach(map -> map.takeAway(mapper, nothing()));
        }
    }

    private Fd nothing() {
        Fd known = nothing;
        if (known == null) {
            String name = "deviceaccess-not-decoded";
            int result = libc.memfdCreate(name, Mman.MFD_CLOEXEC);
            if (result < 0) {
                throw KernelErrors.of(result, Failure.during("make an empty file in memory"));
            }
            known = new Fd(libc, result, name);
            nothing = known;
            files.add(known);
        }
        return known;
    }

    /** Unmaps everything; accesses throw {@link IllegalStateException} from now on. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            CloseSteps steps = new CloseSteps();
            steps.run(arena::close);
            files.forEach(file -> steps.run(file::close));
            steps.finish();
        }
    }
}
