// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import java.util.function.BooleanSupplier;

/**
 * Notices a transmitter that hangs: packets are under way, the link is up, and for a time none of them is sent. Looked at
 * now and then by one thread at a time. The time counts from one look to another, so that nothing is to be done for a
 * packet.
 */
final class TransmitWatch {
    private final long limit;
    private long seen;
    private long since;
    private boolean still;

    /**
     * Makes a watch that has seen nothing.
     *
     * @param limit how long none may be sent, in nanoseconds
     */
    TransmitWatch(long limit) {
        this.limit = limit;
    }

    /** Starts anew: what was seen does not count any more. */
    void forget() {
        still = false;
    }

    /**
     * Looks.
     *
     * @param sent how many packets were sent so far
     * @param underWay how many are not
     * @param linkIsUp tells whether they could be; asked only if none was sent since the last look
     * @param now the clock, in nanoseconds
     * @return whether none was sent for the time
     */
    boolean isHung(long sent, int underWay, BooleanSupplier linkIsUp, long now) {
        if (underWay == 0 || sent != seen || !linkIsUp.getAsBoolean()) {
            seen = sent;
            still = false;
            return false;
        }
        if (!still) {
            // Not from the last look on: what is under way may have been handed over, or the link come up, only now.
            still = true;
            since = now;
        }
        return now - since >= limit;
    }
}
