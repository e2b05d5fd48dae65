// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.pci;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a PCI function is: domain, bus, device, function.
 *
 * @param domain the PCI domain (segment), 0 to 0xffffffff; above 0xffff behind some host bridges such as Intel VMD
 * @param bus 0 to 255
 * @param device 0 to 31
 * @param function 0 to 7
 */
public record PciAddress(long domain, int bus, int device, int function) implements Comparable<PciAddress> {
    private static final Pattern FORM =
            Pattern.compile("([0-9a-fA-F]{4,8}):([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");
    private static final Comparator<PciAddress> ORDER = Comparator.comparingLong(PciAddress::domain)
            .thenComparingInt(PciAddress::bus)
            .thenComparingInt(PciAddress::device)
            .thenComparingInt(PciAddress::function);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a part is out of range
     */
    public PciAddress {
        if (domain < 0
                || domain > 0xffff_ffffL
                || (bus & ~0xff) != 0
                || (device & ~0x1f) != 0
                || (function & ~7) != 0) {
            throw new IllegalArgumentException("no PCI address: domain " + domain + ", bus " + bus + ", device "
                    + device + ", function " + function);
        }
    }

    /**
     * Reads the form that sysfs uses: {@code 0000:00:10.0}.
     *
     * @param text the address with its domain, in hexadecimal
     * @return the address, or nothing if the text has another form or a part is out of range
     */
    public static Optional<PciAddress> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int device = Integer.parseInt(matcher.group(3), 16);
        if (device > 0x1f) {
            return Optional.empty();
        }
        return Optional.of(new PciAddress(
                Long.parseLong(matcher.group(1), 16),
                Integer.parseInt(matcher.group(2), 16),
                device,
                Integer.parseInt(matcher.group(4), 16)));
    }

    @Override
    public int compareTo(PciAddress other) {
        return ORDER.compare(this, other);
    }

    /** Returns the form that sysfs uses: {@code 0000:00:10.0}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04x:%02x:%02x.%d", domain, bus, device, function);
    }
}
