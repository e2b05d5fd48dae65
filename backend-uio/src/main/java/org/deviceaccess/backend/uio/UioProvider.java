// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.FileUsers;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.pci.PciBus;
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

/** The backend {@code uio}: devices bound to a driver of UIO. Addresses are PCI addresses, or names such as uio3. */
public final class UioProvider implements DeviceAccessProvider {
    /** The name of the backend. */
    static final String NAME = "uio";

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(EnumSet.of(Capability.CONFIG_SPACE, Capability.INTX, Capability.UIO_INTERRUPT));

    private final Supplier<LibC> libc;
    private final UioLocator locator;
    private final FileUsers users;

    /** Makes the provider of this system. */
    public UioProvider() {
        this(JnaLibC::load, PciBus.system(), FileUsers.system());
    }

    UioProvider(Supplier<LibC> libc, PciBus bus, FileUsers users) {
        this.libc = libc;
        this.locator = new UioLocator(bus);
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
        return List.of();
    }

    @Override
    public List<DeviceSummary> discover() {
        return locator.discover();
    }

    @Override
    public List<Finding> diagnose() {
        return new UioDiagnosis(libc, locator, users).findings();
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        try {
            UioFiles.open(libc.get(), locator.locate(address), users).close();
            return new Availability.Available(TrustLevel.NO_DMA);
        } catch (DeviceAccessException e) {
            return Availability.Unavailable.of(e);
        }
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        LibC calls = libc.get();
        UioDevice device = locator.locate(address);
        DeviceAddress full = new DeviceAddress(NAME, locator.canonical(device), options.asMap());
        return UioDeviceAccess.open(
                calls, device, full, UioFiles.open(calls, device, users), busMaster -> new NoDma(device));
    }
}
