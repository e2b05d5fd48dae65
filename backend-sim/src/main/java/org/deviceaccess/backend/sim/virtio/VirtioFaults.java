// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.deviceaccess.backend.sim.network.CardFaults;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a simulated virtio device, for tests of drivers; obtained with
 * {@code device.unwrap(VirtioFaults.class)}. Safe for use by any thread.
 *
 * <p>Faults of single requests are about those that the device ends next, in the order they are asked for, one for each
 * request of any queue. Capabilities that lie are made with
 * {@link org.deviceaccess.backend.sim.Simulation#override}.
 */
public final class VirtioFaults {
    /** What is wrong with a request's end. */
    enum Kind {
        STATUS,
        LOSE,
        UNKNOWN_ID,
        IMPOSSIBLE_ID,
        TWICE,
        TOO_LONG,
        LENGTH
    }

    /** One fault: what is wrong, and the status or length where that is it. */
    record Fault(Kind kind, int value) {}

    private final Queue<Fault> next = new ArrayDeque<>(); // guarded by this
    private volatile boolean needsReset;
    private volatile boolean endlessReset;
    private volatile boolean refusesFeatures;
    private volatile boolean refusesVectors;
    private volatile long resetNanos;
    private volatile long withheld;
    private volatile Runnable bell = () -> {};
    private final CardFaults card = new CardFaults();

    VirtioFaults() {}

    /**
     * Lets a request fail: nothing is transferred. For devices whose requests have a status.
     *
     * @param status what the device says, 0 to 255
     */
    public void fail(int status) {
        add(Kind.STATUS, status);
    }

    /** Never ends a request. */
    public void lose() {
        add(Kind.LOSE, 0);
    }

    /** Ends a request under the number of a descriptor that was not made available. */
    public void useUnknownId() {
        add(Kind.UNKNOWN_ID, 0);
    }

    /** Ends a request under a number that no descriptor has. */
    public void useImpossibleId() {
        add(Kind.IMPOSSIBLE_ID, 0);
    }

    /** Ends a request twice. */
    public void useTwice() {
        add(Kind.TWICE, 0);
    }

    /** Says of a request that more was written than there is room for. */
    public void useTooLong() {
        add(Kind.TOO_LONG, 0);
    }

    /**
     * Lies about how much was written for a request.
     *
     * @param length what the device says, in bytes
     */
    public void useLength(int length) {
        add(Kind.LENGTH, length);
    }

    /** Lets the device fail (DEVICE_NEEDS_RESET), and do no more until it is reset. */
    public void needReset() {
        needsReset = true;
        bell.run();
    }

    /**
     * Lets a reset never end.
     *
     * @param endless whether it does not
     */
    public void neverFinishReset(boolean endless) {
        endlessReset = endless;
    }

    /**
     * Lets resets that the driver asks for take their time: so long, the device status is not 0.
     *
     * @param delay how long each one takes from now on, zero or more
     */
    public void delayResets(Duration delay) {
        resetNanos = delay.toNanos();
    }

    /** Lets the device not take the features that the driver chose. */
    public void refuseFeatures() {
        refusesFeatures = true;
    }

    /** Lets the device have no room for the vectors of its queues. */
    public void refuseVectors() {
        refusesVectors = true;
    }

    /**
     * Does not offer some features.
     *
     * @param features which, as a mask
     */
    public void withhold(long features) {
        withheld = features;
    }

    /**
     * Pulls the cable of a network card or plugs it in again, as {@link CardFaults#unplug} does.
     *
     * @param out whether the cable is out
     */
    public void unplug(boolean out) {
        card.unplug(out);
    }

    /** Returns what can go wrong with a network card in particular. */
    CardFaults card() {
        return card;
    }

    /** Says whom to tell when the device is to fail. */
    void onNeedReset(Runnable action) {
        bell = action;
    }

    /** Returns once whether the device is to fail. */
    boolean takeNeedReset() {
        if (!needsReset) {
            return false;
        }
        needsReset = false;
        return true;
    }

    long resetNanos() {
        return resetNanos;
    }

    boolean isResetEndless() {
        return endlessReset;
    }

    boolean isRefusingFeatures() {
        return refusesFeatures;
    }

    boolean isRefusingVectors() {
        return refusesVectors;
    }

    long withheld() {
        return withheld;
    }

    /** The device was reset, which heals what only a reset does. */
    void heal() {
        needsReset = false;
        card.heal();
    }

    synchronized @Nullable Fault take() {
        return next.poll();
    }

    private synchronized void add(Kind kind, int value) {
        next.add(new Fault(kind, value));
    }
}
