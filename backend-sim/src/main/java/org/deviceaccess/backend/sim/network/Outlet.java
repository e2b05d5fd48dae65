// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.lang.foreign.MemorySegment;

/** What a card's cable can be plugged into. */
public interface Outlet {
    /** The card itself, which hears what it sends, at once. */
    Outlet LOOPBACK = station -> new Stub(station) {
        @Override
        public void send(MemorySegment frame, int length) {
            station.receive(frame, length);
        }
    };

    /** Something that is there and silent. */
    Outlet NOTHING = Stub::new;

    /**
     * Plugs a card's cable in.
     *
     * @param station the card
     * @return its end of the cable
     * @throws org.deviceaccess.spi.error.DeviceBusyException if there is no room for it
     */
    Wire plugIn(Station station);
}
