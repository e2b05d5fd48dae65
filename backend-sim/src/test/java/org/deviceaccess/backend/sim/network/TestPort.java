// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

/** As much of a driver of a network card as tests of wires need: a few descriptors, and frames that hold a number. */
public interface TestPort {
    /** How many frames can be handed over before one is reported as sent. */
    int DEPTH = 8;

    /** Resets the card and brings it up, with {@link #DEPTH} buffers to receive into. */
    void start();

    /** Hands over a broadcast. */
    void send(int number, int length);

    /** Returns how many of the frames that were handed over are not reported as sent. */
    int underWay();

    /** Returns the number in the next frame that arrived, or -1 if there is none; its buffer is given to the card again. */
    int receive();

    boolean isUp();
}
