// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import static org.deviceaccess.linux.libc.Capability.CAP_SYS_RAWIO;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.machine.DeviceNode;
import org.deviceaccess.linux.machine.IommuGroups;
import org.deviceaccess.linux.machine.KernelFeature;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.machine.ModuleSwitch;
import org.deviceaccess.linux.machine.NeededCapability;
import org.deviceaccess.linux.physical.Hugepages;
import org.deviceaccess.linux.physical.PhysicalDma;
import org.deviceaccess.linux.physical.PhysicalDmaPart;
import org.deviceaccess.linux.physical.PhysicalMemoryFindings;
import org.deviceaccess.linux.vfio.VfioAttachment;
import org.deviceaccess.linux.vfio.VfioDeviceAccess;
import org.deviceaccess.linux.vfio.VfioFunctions;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend {@code vfio-noiommu}: PCI devices that are bound to vfio-pci, on a machine without an IOMMU. Addresses are
 * PCI addresses. Needs {@code unsafe=true}, CAP_SYS_RAWIO, and for DMA CAP_SYS_ADMIN and hugepages.
 */
public final class NoIommuProvider implements DeviceAccessProvider {
    /** The name of the backend. */
    static final String NAME = "vfio-noiommu";

    private static final Logger LOG = LoggerFactory.getLogger(NoIommuProvider.class);

    private static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(EnumSet.of(
            Capability.CONFIG_SPACE,
            Capability.INTX,
            Capability.MSI,
            Capability.MSIX,
            Capability.DMA,
            Capability.RESET,
            Capability.RELEASE_REQUEST,
            Capability.ERROR_EVENT));

    private final Supplier<LibC> libc;
    private final Machine machine;
    private final Hugepages hugepages;
    private final NoIommuLocator locator;

    /** Makes the provider of this system. */
    public NoIommuProvider() {
        this(Machine.system(JnaLibC::load));
    }

    NoIommuProvider(Machine machine) {
        this.libc = machine.libc();
        this.machine = machine;
        this.hugepages = new Hugepages(machine.bus().sysfs());
        this.locator = new NoIommuLocator(new VfioFunctions(machine.bus(), NAME));
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
        return "PCI devices without an IOMMU, through the no-IOMMU mode of Linux VFIO; DMA with physical addresses";
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
                KernelFeature.VFIO,
                KernelFeature.VFIO_PCI,
                ModuleSwitch.NO_IOMMU_MODE,
                DeviceNode.VFIO_CONTAINER,
                new NeededCapability(CAP_SYS_RAWIO, Severity.PROBLEM, "to open a device without an IOMMU"),
                IommuGroups.MADE_UP,
                it -> PhysicalMemoryFindings.of(libc.get(), hugepages));
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        try {
            VfioAttachment.check(libc.get(), locator.locate(address, options).target());
            return new Availability.Available(TrustLevel.UNPROTECTED);
        } catch (DeviceAccessException e) {
            return Availability.Unavailable.of(e);
        }
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        LibC calls = libc.get();
        NoIommuLocator.Located located = locator.locate(address, options);
        boolean smallPages = options.get(PhysicalDma.SMALL_PAGES);
        VfioAttachment attachment = VfioAttachment.open(calls, located.target());
        VfioDeviceAccess device = VfioDeviceAccess.open(
                calls,
                new VfioDeviceAccess.Opened(
                        attachment.device(),
                        attachment::close,
                        located.address(),
                        located.target().function()),
                busMaster -> new PhysicalDmaPart(new PhysicalDma(calls, hugepages, busMaster, smallPages)));
        LOG.warn(
                "{} is open without an IOMMU: a fault of the device or of its driver can overwrite any memory of this"
                        + " machine",
                located.address());
        return device;
    }
}
