// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.util.regex.Pattern;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.network.MacAddress;

/** The options that all network cards have. */
public final class CardOptions {
    private static final String LOOPBACK = "loopback";
    private static final String NOTHING = "nothing";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

    /** What the cable is plugged into: {@code loopback}, {@code nothing}, or the name of a wire. */
    public static final OptionKey<String> WIRE = new OptionKey<>(
            "wire",
            "What the cable is plugged into: the card itself, which hears what it sends (loopback), something that is"
                    + " silent (nothing), or the other card that names the same wire.",
            LOOPBACK + "|" + NOTHING + "|NAME",
            LOOPBACK,
            CardOptions::wireName);

    private CardOptions() {}

    /**
     * Returns the option for the card's own address.
     *
     * @param defaultValue the address where none is given, as {@link MacAddress#parse} reads it
     */
    public static OptionKey<MacAddress> mac(String defaultValue) {
        return new OptionKey<>("mac", "The card's own address.", "ADDRESS", defaultValue, CardOptions::stationAddress);
    }

    /**
     * Returns what a card's cable is plugged into.
     *
     * @param options checked options, {@link #WIRE} among them
     * @param cables the wires that have a name
     * @throws org.deviceaccess.spi.error.DeviceBusyException if two cards are at that wire already
     */
    public static Outlet outlet(Options options, Cables cables) {
        String wire = options.get(WIRE);
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
