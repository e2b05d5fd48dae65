// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.linux.pci.PciConfigFile;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.jspecify.annotations.Nullable;

/**
 * A device that a driver of UIO gave to this process.
 *
 * <p>Each part keeps its own uses from racing its own closing; this class is what closes them in the order that the SPI
 * prescribes.
 */
final class UioDeviceAccess implements DeviceAccess {
    private final DeviceAddress address;
    private final UioFiles files;
    private final DeviceIdentity identity;
    private final UioRegions regions;
    private final @Nullable CommandRegister command;
    private final UioInterrupts interrupts;
    private final NoEvents events;
    private final DmaPart dma;
    private final Set<Capability> capabilities;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile boolean closed;
    private boolean takenApart;

    private UioDeviceAccess(
            LibC libc,
            UioDevice device,
            DeviceAddress address,
            UioFiles files,
            UioRegions regions,
            Function<BusMaster, DmaPart> dma) {
        this.address = address;
        this.files = files;
        this.regions = regions;
        this.identity = device.identity();
        this.command = files.config()
                .map(config -> new CommandRegister(config.region()))
                .orElse(null);
        if (command != null) {
            command.enableDecoding();
        }
        Optional<InterruptLine> line = InterruptLines.find(libc, files.node(), command);
        this.interrupts = new UioInterrupts(libc, device, files.node(), line);
        this.events = new NoEvents(address.toString(), () -> !closed);
        this.dma = dma.apply(command == null ? () -> {} : command);
        this.capabilities = capabilities(line);
    }

    /**
     * Makes an open device of its files.
     *
     * @param libc the C library
     * @param device the device
     * @param address the full address
     * @param files its files; owned by the device from now on, also if this throws
     * @param dma makes its way to memory
     */
    static UioDeviceAccess open(
            LibC libc, UioDevice device, DeviceAddress address, UioFiles files, Function<BusMaster, DmaPart> dma) {
        try {
            UioRegions regions = new UioRegions(
                    libc,
                    device,
                    files.node(),
                    files.config().map(PciConfigFile::region).orElse(null));
            try {
                return new UioDeviceAccess(libc, device, address, files, regions, dma);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, regions::close);
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, files::close);
        }
    }

    private Set<Capability> capabilities(Optional<InterruptLine> line) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        if (command != null) {
            set.add(Capability.CONFIG_SPACE);
        }
        line.map(InterruptLine::info)
                .map(InterruptInfo::kind)
                .map(kind -> kind == InterruptKind.INTX ? Capability.INTX : Capability.UIO_INTERRUPT)
                .ifPresent(set::add);
        set.addAll(dma.capabilities());
        return Collections.unmodifiableSet(set);
    }

    @Override
    public DeviceAddress address() {
        return address;
    }

    @Override
    public DeviceIdentity identity() {
        return identity;
    }

    @Override
    public TrustLevel trust() {
        return dma.trust();
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public List<RegionInfo> regions() {
        checkOpen();
        return regions.infos();
    }

    @Override
    public Region region(RegionId id) {
        checkOpen();
        return regions.region(id);
    }

    @Override
    public InterruptSupport interrupts() {
        checkOpen();
        return interrupts;
    }

    @Override
    public DmaSupport dma() {
        checkOpen();
        return dma.support();
    }

    @Override
    public DeviceEvents events() {
        checkOpen();
        return events;
    }

    @Override
    public void reset() {
        checkOpen();
        throw new UnsupportedCapabilityException(Failure.during("reset " + address)
                .because("UIO has no way to reset a device")
                .path(files.node().name())
                .remedy("Use the device's own reset register, if it has one, or the backend vfio;"
                        + " DeviceAccess.capabilities() tells before"));
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        checkOpen();
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(address + " is closed");
        }
    }

    @Override
    public void close() {
        lifecycle.lock();
        try {
            closed = true;
            CloseSteps steps = new CloseSteps();
            if (takenApart) {
                // Without effect, unless memory was in use by a native call the last time.
                steps.run(dma::close);
            } else {
                takenApart = true;
                steps.run(interrupts::close);
                if (command != null) {
                    steps.run(command::close);
                }
                steps.run(dma::close);
                steps.run(regions::close);
                steps.run(files::close);
            }
            steps.finish();
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public String toString() {
        return address + (closed ? " (closed)" : "");
    }
}
