// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

import java.util.Set;

/**
 * Which packets a port receives beyond those to its own address and to all stations.
 *
 * @param promiscuous whether it receives all packets, whomever they are for
 * @param allMulticast whether it receives packets to all groups
 * @param groups the groups whose packets it receives. A port may filter coarsely, and receive packets to other groups too
 */
public record ReceiveFilter(boolean promiscuous, boolean allMulticast, Set<MacAddress> groups) {
    /** Nothing but packets to the port's own address and to all stations. */
    public static final ReceiveFilter OWN = new ReceiveFilter(false, false, Set.of());

    /** Everything. */
    public static final ReceiveFilter ALL = new ReceiveFilter(true, true, Set.of());

    /**
     * Copies the groups and checks them.
     *
     * @throws IllegalArgumentException if an address is not that of a group
     */
    public ReceiveFilter {
        groups = Set.copyOf(groups);
        groups.stream().filter(group -> !group.isMulticast()).findFirst().ifPresent(group -> {
            throw new IllegalArgumentException(group + " is not the address of a group");
        });
    }

    /** Returns the filter for packets to the port itself, to all stations and to some groups. */
    public static ReceiveFilter groups(MacAddress... groups) {
        return new ReceiveFilter(false, false, Set.of(groups));
    }
}
