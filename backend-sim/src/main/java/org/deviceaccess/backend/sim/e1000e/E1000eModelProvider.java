// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.List;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.network.Cables;
import org.deviceaccess.backend.sim.network.CardOptions;
import org.deviceaccess.backend.sim.network.WiredModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.network.MacAddress;

/** Provides {@code sim:e1000e}. */
public final class E1000eModelProvider implements WiredModelProvider {
    /** Which messages the card has, beside its INTx line. */
    enum Messages {
        MSIX,
        MSI,
        NONE
    }

    private static final OptionKey<MacAddress> MAC = CardOptions.mac("02:00:00:00:00:01");
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
        return "Intel 82574L network card, wired to itself or to another one";
    }

    @Override
    public List<OptionKey<?>> options() {
        return List.of(MAC, CardOptions.WIRE, MESSAGES);
    }

    @Override
    public DeviceModel create(Options options, Cables cables) {
        return new E1000eModel(
                new Eeprom(options.get(MAC)), CardOptions.outlet(options, cables), options.get(MESSAGES));
    }
}
