// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.machine.ActiveIommu;
import org.deviceaccess.linux.machine.DeviceNode;
import org.deviceaccess.linux.machine.IommuGroups;
import org.deviceaccess.linux.machine.KernelFeature;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.machine.MemlockLimit;
import org.deviceaccess.linux.machine.ModuleSwitch;
import org.deviceaccess.linux.vfio.VfioAttachment;
import org.deviceaccess.linux.vfio.VfioDeviceAccess;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceAccessException;

/** The backend {@code vfio}: PCI devices that are bound to vfio-pci, behind an IOMMU. Addresses are PCI addresses. */
public final class VfioProvider implements DeviceAccessProvider {
    /** The name of the backend. */
    static final String NAME = "vfio";

    private static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(EnumSet.of(
            Capability.CONFIG_SPACE,
            Capability.INTX,
            Capability.MSI,
            Capability.MSIX,
            Capability.DMA,
            Capability.DMA_MAP,
            Capability.RESET,
            Capability.RELEASE_REQUEST,
            Capability.ERROR_EVENT));

    private final Supplier<LibC> libc;
    private final VfioLocator locator;
    private final Machine machine;

    /** Makes the provider of this system. */
    public VfioProvider() {
        this(Machine.system(JnaLibC::load));
    }

    VfioProvider(Machine machine) {
        this.libc = machine.libc();
        this.locator = new VfioLocator(machine.bus());
        this.machine = machine;
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
        return "PCI devices behind an IOMMU, through Linux VFIO (container and group)";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of();
    }

    @Override
    public List<DeviceSummary> discover() {
        return locator.discover();
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        try {
            VfioAttachment.check(libc.get(), locator.locate(address, options).target());
            return new Availability.Available(TrustLevel.IOMMU);
        } catch (DeviceAccessException e) {
            return Availability.Unavailable.of(e);
        }
    }

    @Override
    public List<Finding> diagnose() {
        return machine.examine(
                ActiveIommu.NEEDED,
                KernelFeature.VFIO,
                KernelFeature.VFIO_PCI,
                KernelFeature.VFIO_IOMMU_TYPE1,
                ModuleSwitch.UNSAFE_INTERRUPTS,
                DeviceNode.VFIO_CONTAINER,
                IommuGroups.REAL,
                new MemlockLimit());
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        LibC calls = libc.get();
        VfioLocator.Located located = locator.locate(address, options);
        VfioAttachment attachment = VfioAttachment.open(calls, located.target());
        return VfioDeviceAccess.open(
                calls,
                new VfioDeviceAccess.Opened(
                        attachment.device(),
                        attachment::close,
                        located.address(),
                        located.target().function()),
                busMaster -> new IommuDma(calls, attachment.container(), busMaster));
    }
}
