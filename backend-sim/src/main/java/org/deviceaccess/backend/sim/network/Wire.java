// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.lang.foreign.MemorySegment;

/** A cable, as seen from the card it is in. Used by the card's own thread. */
public interface Wire {
    /** How long a frame can be at the most, in bytes. */
    int LONGEST_FRAME = 0x4000;

    /** Returns whether there is somebody at the other side, and the cable is in on both. */
    boolean isConnected();

    /** Returns whether a frame can be sent now; if not, the station is told when it can. */
    boolean hasRoom();

    /**
     * Sends a frame; there is room.
     *
     * @param frame memory that begins with the frame, which is copied
     * @param length the length of the frame in bytes, at most {@link #LONGEST_FRAME}
     */
    void send(MemorySegment frame, int length);

    /** Tells the other side that there is something to look at. */
    void ringOther();

    /** Hands the station what has arrived. */
    void deliver();

    /** Takes the cable out for good. */
    void release();
}
