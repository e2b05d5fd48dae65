// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Frames on their way in one direction of a cable, in their order. Safe for use by any thread; allocates nothing once
 * each of its places had a frame of the longest kind.
 */
final class FrameQueue {
    private static final int MOST = 64;

    private final byte[][] frames = new byte[MOST][0]; // guarded by this
    private final int[] lengths = new int[MOST]; // guarded by this
    private int head; // guarded by this
    private int size; // guarded by this
    private boolean senderWaits; // guarded by this

    /** Returns whether a frame can be added, and remembers if somebody was told that none can. */
    synchronized boolean hasRoom() {
        senderWaits |= size == MOST;
        return size < MOST;
    }

    synchronized void add(MemorySegment frame, int length) {
        int tail = (head + size) % MOST;
        byte[] place = frames[tail];
        if (place.length < length) {
            place = new byte[length];
            frames[tail] = place;
        }
        MemorySegment.copy(frame, ValueLayout.JAVA_BYTE, 0, place, 0, length);
        lengths[tail] = length;
        size++;
    }

    /** Moves the first frame to memory and returns its length, or -1 if there is none. */
    synchronized int take(MemorySegment into) {
        byte[] place = frames[head];
        if (size == 0) {
            return -1;
        }
        int length = lengths[head];
        MemorySegment.copy(place, 0, into, ValueLayout.JAVA_BYTE, 0, length);
        head = (head + 1) % MOST;
        size--;
        return length;
    }

    /** Returns whether somebody was told that there is no room and does not know yet that there is. */
    synchronized boolean takeSenderWaits() {
        boolean waits = senderWaits && size < MOST;
        senderWaits &= !waits;
        return waits;
    }
}
