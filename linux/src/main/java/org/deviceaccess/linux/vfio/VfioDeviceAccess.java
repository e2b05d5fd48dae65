// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/**
 * A PCI device that VFIO gave to this process.
 *
 * <p>Each part keeps its own uses from racing its own closing; this class is what closes them in the order that the SPI
 * prescribes.
 */
public final class VfioDeviceAccess implements DeviceAccess {
    /**
     * What is opened.
     *
     * @param file the device's file
     * @param giveBack closes the file and whatever it was opened through
     * @param address the full address
     * @param numaNode where the device is attached, or -1
     */
    public record Opened(Fd file, Runnable giveBack, DeviceAddress address, int numaNode) {}

    private final Opened opened;
    private final DeviceFile file;
    private final VfioDeviceInfo info;
    private final VfioRegions regions;
    private final CommandRegister command;
    private final VfioEvents events;
    private final VfioInterrupts interrupts;
    private final DmaPart dma;
    private final DeviceIdentity identity;
    private final Set<Capability> capabilities;
    // Held by what must not happen while the device is taken apart.
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile boolean closed;
    private boolean takenApart;

    private VfioDeviceAccess(
            Opened opened,
            DeviceFile file,
            VfioDeviceInfo info,
            VfioRegions regions,
            VfioEvents events,
            Function<BusMaster, DmaPart> dma) {
        this.opened = opened;
        this.file = file;
        this.info = info;
        this.regions = regions;
        this.events = events;
        this.command = new CommandRegister(regions.config());
        this.interrupts = new VfioInterrupts(file, command);
        this.identity =
                new DeviceIdentity(opened.address().locator(), PciHeader.readId(regions.config()), opened.numaNode());
        command.enableDecoding();
        this.dma = dma.apply(command);
        this.capabilities = capabilities(info, interrupts, events, this.dma);
    }

    /**
     * Makes an open device of its file.
     *
     * @param libc the C library
     * @param opened the file; owned by the device from now on, also if this throws
     * @param dma makes the part that the backend adds
     * @throws MalformedDeviceException if the kernel or the device describes the device in a way that makes no sense
     */
    public static VfioDeviceAccess open(LibC libc, Opened opened, Function<BusMaster, DmaPart> dma) {
        try {
            return open(new DeviceFile(libc, opened.file()), opened, dma);
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, opened.giveBack());
        }
    }

    private static VfioDeviceAccess open(DeviceFile file, Opened opened, Function<BusMaster, DmaPart> dma) {
        VfioDeviceInfo info = file.info();
        if (!info.isPci()) {
            throw new MalformedDeviceException(Failure.during("open " + opened.address())
                    .because("the kernel says that it is no PCI device (flags 0x" + Integer.toHexString(info.flags())
                            + ")")
                    .path(file.fd().name()));
        }
        VfioRegions regions = VfioRegions.open(file);
        try {
            VfioEvents events = VfioEvents.open(file);
            try {
                return new VfioDeviceAccess(opened, file, info, regions, events, dma);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, events::close);
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, regions::close);
        }
    }

    private static Set<Capability> capabilities(
            VfioDeviceInfo info, VfioInterrupts interrupts, VfioEvents events, DmaPart dma) {
        Set<Capability> set = EnumSet.of(Capability.CONFIG_SPACE);
        for (InterruptInfo kind : interrupts.kinds()) {
            switch (kind.kind()) {
                case INTX -> set.add(Capability.INTX);
                case MSI -> set.add(Capability.MSI);
                case MSIX -> set.add(Capability.MSIX);
                case UIO -> set.add(Capability.UIO_INTERRUPT);
            }
        }
        for (DeviceEvent kind : events.kinds()) {
            switch (kind) {
                case RELEASE_REQUESTED -> set.add(Capability.RELEASE_REQUEST);
                case ERROR -> set.add(Capability.ERROR_EVENT);
            }
        }
        if (info.canReset()) {
            set.add(Capability.RESET);
        }
        set.addAll(dma.capabilities());
        return Collections.unmodifiableSet(set);
    }

    @Override
    public DeviceAddress address() {
        return opened.address();
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
        lifecycle.lock();
        try {
            checkOpen();
            if (!info.canReset()) {
                throw new UnsupportedCapabilityException(Failure.during("reset " + opened.address())
                        .because("the kernel knows no way to reset this device alone")
                        .path(file.fd().name())
                        .remedy("Use the device's own reset register, if it has one; DeviceAccess.capabilities() tells"
                                + " before"));
            }
            interrupts.withoutAny(() -> command.preserve(this::resetFunction));
        } finally {
            lifecycle.unlock();
        }
    }

    private void resetFunction() {
        int result = file.reset();
        if (result < 0) {
            throw new ResetFailedException(Failure.during("reset " + opened.address() + " (VFIO_DEVICE_RESET)")
                    .path(file.fd().name())
                    .errno(Errnos.of(-result))
                    .remedy(
                            result == -Errnos.EAGAIN
                                    ? "Something else is about to reset the device; try again"
                                    : "Close the device, and reset it as root: echo 1 > /sys/bus/pci/devices/"
                                            + opened.address().locator() + "/reset"));
        }
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
            throw new IllegalStateException(opened.address() + " is closed");
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
                steps.run(events::close);
                steps.run(interrupts::close);
                steps.run(command::close);
                steps.run(dma::close);
                steps.run(regions::close);
                steps.run(opened.giveBack());
            }
            steps.finish();
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public String toString() {
        return opened.address() + (closed ? " (closed)" : "");
    }
}
