// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.deviceaccess.linux.device.OpenDevice;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.jspecify.annotations.Nullable;

/** A device that a driver of UIO gave to this process. */
final class UioDeviceAccess extends OpenDevice {
    private final UioFiles files;
    private final @Nullable CommandRegister command;
    private final UioInterrupts interrupts;
    private final NoEvents events;

    private UioDeviceAccess(
            LibC libc,
            UioDevice device,
            DeviceAddress address,
            UioFiles files,
            UioRegions regions,
            Supplier<DmaPart> dma) {
        DmaPart memory = dma.get(); // before anything that could let the device do what it was left doing
        CommandRegister command = files.command().orElse(null);
        if (command != null) {
            command.enableDecoding();
        }
        Optional<InterruptLine> line = InterruptLines.find(libc, files.node(), command);
        UioInterrupts interrupts = new UioInterrupts(libc, device, files.node(), line, regions::lost);
        super(new Parts(address, files.identity(), regions, interrupts, memory), capabilities(command, line));
        this.files = files;
        this.command = command;
        this.interrupts = interrupts;
        this.events = new NoEvents(address.toString(), this::isOpen);
    }

    /**
     * Makes an open device of its files.
     *
     * @param libc the C library
     * @param device the device
     * @param address the full address
     * @param files its files; owned by the device from now on, also if this throws
     * @param dma makes its way to memory, and sees to it that bus mastering is off
     */
    static UioDeviceAccess open(
            LibC libc, UioDevice device, DeviceAddress address, UioFiles files, Supplier<DmaPart> dma) {
        try {
            UioRegions regions = new UioRegions(
                    libc,
                    device,
                    files.node(),
                    files.entries(),
                    files.command().map(CommandRegister::view).orElse(null));
            try {
                return new UioDeviceAccess(libc, device, address, files, regions, dma);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, regions::close);
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, files::close);
        }
    }

    private static Set<Capability> capabilities(@Nullable CommandRegister command, Optional<InterruptLine> line) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        if (command != null) {
            set.add(Capability.CONFIG_SPACE);
        }
        line.map(InterruptLine::info)
                .map(InterruptInfo::kind)
                .map(kind -> kind == InterruptKind.INTX ? Capability.INTX : Capability.UIO_INTERRUPT)
                .ifPresent(set::add);
        return set;
    }

    @Override
    public DeviceEvents events() {
        checkOpen();
        return events;
    }

    @Override
    public void reset() {
        checkOpen();
        throw new UnsupportedCapabilityException(Failure.during("reset " + address())
                .because("UIO has no way to reset a device")
                .path(files.node().name())
                .remedy("Use the device's own reset register, if it has one, or the backend vfio;"
                        + " DeviceAccess.capabilities() tells before"));
    }

    @Override
    protected void quiesce(CloseSteps steps) {
        steps.run(interrupts::close);
        if (command != null) {
            steps.run(command::close);
        }
    }

    @Override
    protected void giveBack(CloseSteps steps) {
        steps.run(files::close);
    }
}
