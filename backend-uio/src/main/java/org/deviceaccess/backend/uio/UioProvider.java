// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.deviceaccess.linux.device.OpeningTurn;
import org.deviceaccess.linux.libc.FileUsers;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.machine.ActiveIommu;
import org.deviceaccess.linux.machine.KernelFeature;
import org.deviceaccess.linux.machine.Lockdown;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.linux.physical.Hugepages;
import org.deviceaccess.linux.physical.PhysicalDma;
import org.deviceaccess.linux.physical.PhysicalDmaPart;
import org.deviceaccess.linux.physical.PhysicalMemoryFindings;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend {@code uio}: devices bound to a driver of UIO. Addresses are PCI addresses, or names such as uio3.
 *
 * <p>With {@code unsafe=true} there is DMA with physical addresses, which needs CAP_SYS_ADMIN and hugepages.
 */
public final class UioProvider implements DeviceAccessProvider {
    /** The name of the backend. */
    static final String NAME = "uio";

    private static final Logger LOG = LoggerFactory.getLogger(UioProvider.class);

    private static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(
            EnumSet.of(Capability.CONFIG_SPACE, Capability.INTX, Capability.UIO_INTERRUPT, Capability.DMA));

    private final Machine machine;
    private final Supplier<LibC> libc;
    private final UioLocator locator;
    private final FileUsers users;

    /** Makes the provider of this system. */
    public UioProvider() {
        this(Machine.system(JnaLibC::load), FileUsers.system());
    }

    UioProvider(Machine machine, FileUsers users) {
        this.machine = machine;
        this.libc = machine.libc();
        this.locator = new UioLocator(machine.bus());
        this.users = users;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int spiLevel() {
        return 1;
    }

    @Override
    public String description() {
        return "devices bound to a driver of Linux UIO, on PCI and elsewhere";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(Devices.UNSAFE, PhysicalDma.SMALL_PAGES);
    }

    @Override
    public List<DeviceSummary> discover() {
        return locator.discover();
    }

    @Override
    public List<Finding> diagnose() {
        return machine.examine(
                KernelFeature.UIO,
                KernelFeature.UIO_PCI_GENERIC,
                new Lockdown(),
                new BoundDevices(locator, users),
                // What follows is for unsafe=true.
                ActiveIommu.UNUSED,
                it -> PhysicalMemoryFindings.of(
                        libc.get(), new Hugepages(it.bus().sysfs())));
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        try {
            UioDevice device = locator.locate(address);
            Optional<NoDma> noDma = NoDma.of(device, options);
            OpeningTurn.take(libc.get(), device.parent(), () -> tried(device, noDma), closed -> {});
            return new Availability.Available(noDma.map(NoDma::trust).orElse(TrustLevel.UNPROTECTED));
        } catch (DeviceAccessException e) {
            return Availability.Unavailable.of(e);
        }
    }

    private UioDevice tried(UioDevice device, Optional<NoDma> noDma) {
        try (UioFiles files = UioFiles.open(libc.get(), device, users)) {
            noDma.ifPresent(without -> files.command().ifPresent(without::enforce));
        }
        return device;
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        LibC calls = libc.get();
        UioDevice device = locator.locate(address);
        Optional<NoDma> noDma = NoDma.of(device, options);
        DeviceAddress full = new DeviceAddress(NAME, locator.canonical(device), options.asMap());
        UioFiles files =
                OpeningTurn.take(calls, device.parent(), () -> UioFiles.open(calls, device, users), UioFiles::close);
        UioDeviceAccess opened = UioDeviceAccess.open(
                calls,
                device,
                full,
                files,
                () -> noDma.isPresent()
                        ? files.command().map(noDma.get()::enforce).orElseThrow()
                        : physicalDma(calls, options, files));
        if (opened.trust() == TrustLevel.UNPROTECTED) {
            LOG.warn(
                    "{} is open with unsafe=true: a fault of the device or of its driver can overwrite any memory of"
                            + " this machine",
                    full);
        }
        return opened;
    }

    private DmaPart physicalDma(LibC calls, Options options, UioFiles files) {
        files.command().ifPresent(CommandRegister::stopBusMastering);
        // What is not PCI has no switch, and is always on the bus.
        BusMaster busMaster = files.command().<BusMaster>map(it -> it).orElse(() -> {});
        Hugepages hugepages = new Hugepages(locator.bus().sysfs());
        return new PhysicalDmaPart(new PhysicalDma(calls, hugepages, busMaster, options.get(PhysicalDma.SMALL_PAGES)));
    }
}
