// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.deviceaccess.spi.Availability.Available;

/** A provider whose answers a test chooses; opening gives a device that remembers its address and options. */
record StubProvider(
        String name, int spiLevel, List<OptionKey<?>> options, BiFunction<DeviceAddress, Options, Availability> verdict)
        implements DeviceAccessProvider {

    static StubProvider trusting(String name, TrustLevel trust) {
        return new StubProvider(name, SPI_LEVEL, List.of(), (address, options) -> new Available(trust));
    }

    StubProvider withOptions(OptionKey<?>... keys) {
        return new StubProvider(name, spiLevel, List.of(keys), verdict);
    }

    @Override
    public String description() {
        return "a stub";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public List<DeviceSummary> discover() {
        return List.of();
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        return verdict.apply(address, options);
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        return new StubDevice(address);
    }
}
