// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.lang.foreign.MemorySegment;

/** What a card's cable can be plugged into. */
interface Outlet {
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
     * @throws org.deviceaccess.spi.error.DeviceBusyException if there is no room for it
     */
    Wire plugIn(Station station);

    /** A cable without another card: it swallows what is sent. */
    class Stub implements Wire {
        private final Station station;

        Stub(Station station) {
            this.station = station;
        }

        @Override
        public boolean isConnected() {
            return station.isPluggedIn();
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void send(MemorySegment frame, int length) {
            // Nobody hears it.
        }

        @Override
        public void ringOther() {
            // There is no other.
        }

        @Override
        public void deliver() {
            // Nothing arrives by itself.
        }

        @Override
        public void release() {
            // Nobody else had a hold of it.
        }
    }
}
