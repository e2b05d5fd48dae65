// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.List;
import java.util.regex.Pattern;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.network.MacAddress;

/**
 * Provides {@code sim:e1000e}. Two cards whose wire has the same name are connected if they were opened by the same
 * provider, that is through the same {@link org.deviceaccess.spi.Devices}.
 */
public final class E1000eModelProvider implements DeviceModelProvider {
    /** Which messages the card has, beside its INTx line. */
    enum Messages {
        MSIX,
        MSI,
        NONE
    }

    private static final OptionKey<MacAddress> MAC = new OptionKey<>(
            "mac", "The card's own address.", "ADDRESS", "02:00:00:00:00:01", E1000eModelProvider::stationAddress);
    private static final String LOOPBACK = "loopback";
    private static final String NOTHING = "nothing";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final OptionKey<String> WIRE = new OptionKey<>(
            "wire",
            "What the cable is plugged into: the card itself, which hears what it sends (loopback), something that is"
                    + " silent (nothing), or the other card that names the same wire.",
            LOOPBACK + "|" + NOTHING + "|NAME",
            LOOPBACK,
            E1000eModelProvider::wireName);
    private static final OptionKey<Messages> MESSAGES =
            OptionKey.choice("messages", "Which messages the card has, beside its INTx line.", Messages.MSIX);

    private final Cables cables = new Cables();

    /** Makes the provider, with wires of its own. */
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
        return List.of(MAC, WIRE, MESSAGES);
    }

    @Override
    public DeviceModel create(Options options) {
        return new E1000eModel(new Eeprom(options.get(MAC)), outlet(options.get(WIRE)), options.get(MESSAGES));
    }

    private Outlet outlet(String wire) {
        return switch (wire) {
            case LOOPBACK -> Outlet.LOOPBACK;
            case NOTHING -> Outlet.NOTHING;
            default -> cables.named(wire);
        };
    }

    private static String wireName(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("not lower-case letters, digits and '-'");
        }
        return text;
    }

    private static MacAddress stationAddress(String text) {
        MacAddress address = MacAddress.parse(text);
        if (address.isMulticast()) {
            throw new IllegalArgumentException("the address of a group, not of one station");
        }
        return address;
    }
}
