// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The address of a station on an Ethernet (IEEE 802, EUI-48).
 *
 * @param bits the six bytes in the low 48 bits; the one that is first on the wire is the most significant
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {
    /** How many bytes an address has. */
    public static final int LENGTH = 6;

    /** The address of all stations. */
    public static final MacAddress BROADCAST = new MacAddress((1L << 48) - 1);

    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if it has more than 48 bits
     */
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("0x" + Long.toHexString(bits) + " has more than 48 bits");
        }
    }

    /**
     * Reads an address as people write it.
     *
     * @param text six bytes in hexadecimal: {@code 52:54:00:00:00:13}
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static MacAddress parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a MAC address, which is written as 52:54:00:00:00:13");
        }
        return new MacAddress(HexFormat.fromHexDigitsToLong(text.replace(":", "")));
    }

    /** Returns one of the bytes, 0 to 5 in the order of the wire, as 0 to 255. */
    public int octet(int index) {
        if (index < 0 || index >= LENGTH) {
            throw new IndexOutOfBoundsException("byte " + index + " of a MAC address");
        }
        return (int) (bits >>> ((LENGTH - 1 - index) * Byte.SIZE)) & 0xff;
    }

    /** Returns whether it is the address of a group of stations, as {@link #BROADCAST} is. */
    public boolean isMulticast() {
        return (octet(0) & 1) != 0;
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(bits, other.bits);
    }

    /** Returns six bytes in hexadecimal: {@code 52:54:00:00:00:13}. */
    @Override
    public String toString() {
        byte[] octets = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            octets[i] = (byte) octet(i);
        }
        return HexFormat.ofDelimiter(":").formatHex(octets);
    }
}
