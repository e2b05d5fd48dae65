// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.network.MacAddress;

/** Provides {@code sim:e1000e}. */
public final class E1000eModelProvider implements DeviceModelProvider {
    /** What the cable is plugged into. */
    enum Wire {
        LOOPBACK,
        NOTHING
    }

    /** Which messages the card has, beside its INTx line. */
    enum Messages {
        MSIX,
        MSI
    }

    private static final OptionKey<MacAddress> MAC = new OptionKey<>(
            "mac", "The card's own address.", "ADDRESS", "02:00:00:00:00:01", E1000eModelProvider::stationAddress);
    private static final OptionKey<Wire> WIRE = OptionKey.choice(
            "wire",
            "What the cable is plugged into: the card itself, which hears what it sends, or something that is silent.",
            Wire.LOOPBACK);
    private static final OptionKey<Messages> MESSAGES =
            OptionKey.choice("messages", "Which messages the card has, beside its INTx line.", Messages.MSIX);

    /** Makes the provider; it has no state. */
    public E1000eModelProvider() {}

    @Override
    public String name() {
        return "e1000e";
    }

    @Override
    public String description() {
        return "Intel 82574L network card whose cable is plugged into itself";
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(MAC, WIRE, MESSAGES);
    }

    @Override
    public DeviceModel create(Options options) {
        return new E1000eModel(
                new Eeprom(options.get(MAC)),
                options.get(WIRE) == Wire.LOOPBACK,
                options.get(MESSAGES) == Messages.MSIX);
    }

    private static MacAddress stationAddress(String text) {
        MacAddress address = MacAddress.parse(text);
        if (address.isMulticast()) {
            throw new IllegalArgumentException("the address of a group, not of one station");
        }
        return address;
    }
}
