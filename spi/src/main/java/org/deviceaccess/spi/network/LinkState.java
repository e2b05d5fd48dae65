// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

/**
 * What a port knows of its link.
 *
 * @param up whether there is one
 * @param megabitsPerSecond its speed, 0 while it is down or if the port does not know it
 * @param fullDuplex whether both sides may send at the same time
 */
public record LinkState(boolean up, int megabitsPerSecond, boolean fullDuplex) {
    /** No link: the cable is out, or the other side is off. */
    public static final LinkState DOWN = new LinkState(false, 0, false);
}
