// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.pci.PciId;

/** A backend that knows two PCI devices and can open the first; it speaks a level of the SPI of choice. */
class FakeProvider implements DeviceAccessProvider {
    private final String name;
    private final int spiLevel;
    private final TrustLevel trust;

    FakeProvider(String name, int spiLevel, TrustLevel trust) {
        this.name = name;
        this.spiLevel = spiLevel;
        this.trust = trust;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int spiLevel() {
        return spiLevel;
    }

    @Override
    public String description() {
        return "a backend for tests";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.MSI, Capability.DMA);
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(OptionKey.flag("loud", "says more", false));
    }

    @Override
    public List<DeviceSummary> discover() {
        return List.of(
                new DeviceSummary(
                        DeviceAddress.parse(name + ":0000:00:13.0"),
                        new DeviceIdentity("0000:00:13.0", new PciId(0x8086, 0x10d3, 0, 0, 0x020000, 0), 0),
                        "a network card",
                        Map.of(DeviceSummary.KERNEL_DRIVER, "e1000e", DeviceSummary.IOMMU_GROUP, "7")),
                new DeviceSummary(
                        DeviceAddress.parse(name + ":0000:00:12.0"),
                        new DeviceIdentity("0000:00:12.0", new PciId(0x1b36, 0x0010, 0, 0, 0x010802, 2), 0),
                        "a disk",
                        Map.of()));
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        return address.locator().equals("0000:00:12.0")
                ? new Availability.Available(trust)
                : Availability.Unavailable.of(notBound(address));
    }

    @Override
    public List<Finding> diagnose() {
        return List.of(
                new Finding("kernel", Finding.Severity.OK, "is there", null),
                new Finding("bolts", Finding.Severity.PROBLEM, "one is loose", "tighten it"));
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        throw notBound(address);
    }

    private static DeviceNotBoundException notBound(DeviceAddress address) {
        return new DeviceNotBoundException(Failure.during("open " + address)
                .because("it is bound to e1000e")
                .remedy("bind it to something else"));
    }
}
