// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.deviceaccess.linux.device.MissingRegion;
import org.deviceaccess.linux.device.OpenDevice;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.pci.PciHeader;

/** A PCI device that VFIO gave to this process. */
public final class VfioDeviceAccess extends OpenDevice {
    /**
     * What is opened.
     *
     * @param file the device's file
     * @param giveBack closes the file and whatever it was opened through
     * @param address the full address
     * @param function the device in sysfs
     */
    public record Opened(Fd file, Runnable giveBack, DeviceAddress address, PciFunction function) {}

    private final Opened opened;
    private final DeviceFile file;
    private final VfioDeviceInfo info;
    private final CommandRegister command;
    private final VfioEvents events;
    private final VfioInterrupts interrupts;

    private VfioDeviceAccess(
            Opened opened,
            DeviceFile file,
            VfioDeviceInfo info,
            VfioRegions regions,
            VfioEvents events,
            Function<BusMaster, DmaPart> dma) {
        CommandRegister command = regions.command();
        VfioInterrupts interrupts = new VfioInterrupts(file, command);
        DeviceIdentity identity = new DeviceIdentity(
                opened.address().locator(),
                PciHeader.readId(regions.config()),
                opened.function().numaNode().orElse(-1));
        command.enableDecoding();
        super(
                new Parts(opened.address(), identity, regions, interrupts, dma.apply(command)),
                capabilities(info, interrupts, events));
        this.opened = opened;
        this.file = file;
        this.info = info;
        this.events = events;
        this.command = command;
        this.interrupts = interrupts;
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
        VfioRegions regions =
                VfioRegions.open(file, MissingRegion.warn(opened.address().toString(), opened.function()));
        try {
            VfioEvents events = VfioEvents.open(file, opened.address().toString());
            try {
                return new VfioDeviceAccess(opened, file, info, regions, events, dma);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, events::close);
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, regions::close);
        }
    }

    private static Set<Capability> capabilities(VfioDeviceInfo info, VfioInterrupts interrupts, VfioEvents events) {
        Set<Capability> set = EnumSet.of(Capability.CONFIG_SPACE);
        for (InterruptInfo kind : interrupts.kinds()) {
            switch (kind.kind()) {
                case INTX -> set.add(Capability.INTX);
                case MSI -> set.add(Capability.MSI);
                case MSIX -> set.add(Capability.MSIX);
                case UIO -> set.add(Capability.UIO_INTERRUPT);
            }
        }
        for (DeviceEvent kind : events.states().kinds()) {
            switch (kind) {
                case RELEASE_REQUESTED -> set.add(Capability.RELEASE_REQUEST);
                case ERROR -> set.add(Capability.ERROR_EVENT);
            }
        }
        if (info.canReset()) {
            set.add(Capability.RESET);
        }
        return set;
    }

    @Override
    public DeviceEvents events() {
        checkOpen();
        return events.states();
    }

    @Override
    public void reset() {
        whileOpen(() -> {
            if (!info.canReset()) {
                throw new UnsupportedCapabilityException(Failure.during("reset " + opened.address())
                        .because("the kernel knows no way to reset this device alone")
                        .path(file.fd().name())
                        .remedy("Use the device's own reset register, if it has one; DeviceAccess.capabilities() tells"
                                + " before"));
            }
            interrupts.withoutAny(() -> command.preserve(this::resetFunction));
            events.states().over(DeviceEvent.ERROR);
        });
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
                                    : "Close the device, and reset it as root: "
                                            + RootCommands.forThisUser("echo 1 > /sys/bus/pci/devices/"
                                                    + opened.address().locator() + "/reset")));
        }
    }

    @Override
    protected void quiesce(CloseSteps steps) {
        steps.run(events::close);
        steps.run(interrupts::close);
        steps.run(command::close);
    }

    @Override
    protected void giveBack(CloseSteps steps) {
        steps.run(opened.giveBack());
    }
}
