// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.lang.foreign.MemorySegment;

/** A card, as seen from its cable. */
public interface Station {
    /** Returns whether the cable is in the card. For any thread. */
    boolean isPluggedIn();

    /**
     * Takes a frame in; called by the station's own thread, from inside of {@link Wire}'s methods.
     *
     * @param frame memory that begins with the frame, without its check sequence; it is the wire's own again afterwards
     * @param length the length of the frame in bytes
     */
    void receive(MemorySegment frame, int length);

    /**
     * Tells the card to look at its cable: something arrived, there is room again, or the other side changed. For any
     * thread; never waits.
     */
    void ring();
}
