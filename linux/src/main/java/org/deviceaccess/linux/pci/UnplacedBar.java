// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import org.deviceaccess.spi.region.RegionId;

/**
 * A BAR that the device has, and for which neither the firmware nor the kernel has found addresses.
 *
 * @param id the BAR
 * @param size in bytes, or 0 if the kernel has forgotten it
 */
public record UnplacedBar(RegionId id, long size) {
    /** What to do about one, in words. */
    public static final String REMEDY =
            "The kernel's log tells what it tried, as root: dmesg | grep -i 'BAR'. Let the firmware use addresses above"
                    + " 4 GiB (\"Above 4G Decoding\"), or start the kernel with pci=realloc";

    /** Returns whether the kernel refuses to enable the device because of it: only while it remembers it. */
    public boolean keepsFromEnabling() {
        return size > 0;
    }

    /** Returns both in words: {@code BAR2 (1048576 bytes)}. */
    @Override
    public String toString() {
        return size == 0 ? id.toString() : id + " (" + size + " bytes)";
    }
}
