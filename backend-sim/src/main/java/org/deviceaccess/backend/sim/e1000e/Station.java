// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.lang.foreign.MemorySegment;

/** A card, as seen from its cable. */
interface Station {
    /** Returns whether the cable is in the card. For any thread. */
    boolean isPluggedIn();

    /** Takes a frame in; called by the station's own thread, from inside of {@link Wire}'s methods. */
    void receive(MemorySegment frame, int length);

    /** Tells the card to look at its cable: something arrived, there is room again, or the other side changed. */
    void ring();
}
