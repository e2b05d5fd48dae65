// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

/**
 * What can go wrong with a simulated network card of any kind, for tests of drivers; obtained with
 * {@code device.unwrap(CardFaults.class)}. Safe for use by any thread.
 *
 * <p>A transmitter or receiver that hangs does so until the card is reset, by its own registers or from outside, unless
 * it is said to {@linkplain #outlastResets outlast} that.
 */
public class CardFaults {
    private volatile Runnable bell = () -> {};
    private volatile boolean unplugged;
    private volatile boolean transmitterHangs;
    private volatile boolean receiverHangs;
    private volatile boolean outlasting;

    /** Makes the faults of a card that has none yet. */
    public CardFaults() {}

    /**
     * Pulls the cable or plugs it in again. What is to be sent meanwhile waits.
     *
     * @param out whether the cable is out
     */
    public final void unplug(boolean out) {
        unplugged = out;
        bell.run();
    }

    /** Hangs the transmitter: from now on the card takes nothing that is to be sent, and reports nothing as sent. */
    public final void hangTransmitter() {
        transmitterHangs = true;
    }

    /** Hangs the receiver: from now on what arrives is lost, and the card says nothing of it. */
    public final void hangReceiver() {
        receiverHangs = true;
    }

    /**
     * Says what a reset does to a transmitter or receiver that hangs.
     *
     * @param outlast whether it hangs on after a reset; with {@code false}, the next reset heals it
     */
    public final void outlastResets(boolean outlast) {
        outlasting = outlast;
    }

    /**
     * For the card: says whom to tell when the cable is pulled or plugged in.
     *
     * @param action what tells it, run by any thread
     */
    public final void onPlugMoved(Runnable action) {
        bell = action;
    }

    /** For the card: it was reset, which heals what hangs. */
    public final void heal() {
        if (!outlasting) {
            transmitterHangs = false;
            receiverHangs = false;
        }
    }

    /** Returns whether the cable is out. */
    public final boolean isUnplugged() {
        return unplugged;
    }

    /** Returns whether the transmitter hangs. */
    public final boolean isTransmitterHung() {
        return transmitterHangs;
    }

    /** Returns whether the receiver hangs. */
    public final boolean isReceiverHung() {
        return receiverHangs;
    }
}
