// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.lang.foreign.MemorySegment;

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
