// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.jspecify.annotations.Nullable;

/**
 * The MSI-X vectors of the device, one for each queue that waits by interrupt.
 *
 * <p>Enabled when the first queue wants one. Vector 0 is also the admin queue's, which nobody waits for, so it is given
 * to a queue only when it is the only one.
 */
final class MessageVectors {
    /** No vector. */
    static final int NONE = -1;

    /** How long a reset of the device by others may take to close the interrupts. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final DeviceAccess device;
    private int wanted = 1; // guarded by this
    private final BitSet taken = new BitSet(); // guarded by this
    private volatile @Nullable Interrupts enabled; // written under this
    private volatile boolean closed;

    /** Enables nothing yet. */
    MessageVectors(DeviceAccess device) {
        this.device = device;
    }

    /** Says for how many queues there are to be vectors, beside the admin queue's, if the device has them. */
    synchronized void setQueues(int queues) {
        wanted = queues + 1;
    }

    /** Returns whether the vectors are enabled. */
    boolean areEnabled() {
        Interrupts interrupts = enabled;
        return interrupts != null && isOpen(interrupts);
    }

    private static boolean isOpen(Interrupts interrupts) {
        try {
            interrupts.vector(0).poll();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /**
     * Takes a vector.
     *
     * @return its number
     * @throws InterruptKindAbsentException if the device has no MSI-X over this backend
     * @throws DeviceBusyException if all are taken
     */
    synchronized int take() {
        Interrupts interrupts = current();
        int vectors = interrupts.info().vectors();
        int vector = vectors == 1 ? 0 : Math.max(1, taken.nextClearBit(1));
        if (vector >= vectors || taken.get(vector)) {
            throw new DeviceBusyException(Failure.during("open a queue that waits by interrupt")
                    .because("all " + vectors + " vectors are used by other queues")
                    .remedy("Use Waiting.POLLING for some queues"));
        }
        taken.set(vector);
        return vector;
    }

    synchronized void giveBack(int vector) {
        if (vector != NONE) {
            taken.clear(vector);
        }
    }

    /**
     * Waits for a vector. Returns early when a reset of the device closed the interrupts; they are enabled anew then.
     *
     * @throws IllegalStateException if the driver or the device is closed
     */
    void await(int vector, Duration timeout) throws InterruptedException {
        try {
            current().vector(vector).await(timeout);
        } catch (IllegalStateException e) {
            ensure(vector);
        }
    }

    /**
     * Makes sure that the vectors are enabled, which a device may demand of a queue that is created; its reset closes them.
     *
     * @throws IllegalStateException if the driver or the device is closed
     */
    void ensure(int vector) {
        long start = System.nanoTime();
        for (int tries = 0; ; tries++) {
            Interrupts interrupts = current();
            try {
                interrupts.vector(vector).poll();
                return;
            } catch (IllegalStateException e) {
                if (closed || !device.isOpen()) {
                    throw e;
                }
            }
            try {
                renew(interrupts);
            } catch (InterruptsInUseException e) {
                // The reset is not through with closing them.
                if (Poll.hasPassed(start, CLOSING_NANOS)) {
                    throw e;
                }
                Poll.pause(tries);
            }
        }
    }

    /** Disables the vectors, which wakes those who wait. */
    synchronized void close() {
        closed = true;
        Interrupts interrupts = enabled;
        if (interrupts != null) {
            interrupts.close();
        }
    }

    private Interrupts current() {
        Interrupts interrupts = enabled;
        return interrupts != null ? interrupts : renew(null);
    }

    @SuppressWarnings("ReferenceEquality") // the very object that was found closed
    private synchronized Interrupts renew(@Nullable Interrupts old) {
        Interrupts interrupts = enabled;
        if (interrupts == null || interrupts == old) {
            if (closed) {
                throw new IllegalStateException("the driver of " + device.address() + " is closed");
            }
            interrupts = device.interrupts().enable(InterruptKind.MSIX, Math.min(wanted, available()));
            enabled = interrupts;
        }
        return interrupts;
    }

    private int available() {
        return device.interrupts().kinds().stream()
                .filter(info -> info.kind() == InterruptKind.MSIX)
                .mapToInt(InterruptInfo::vectors)
                .findFirst()
                .orElseThrow(() -> new InterruptKindAbsentException(
                        Failure.during("open a queue that waits by interrupt on " + device.address())
                                .because("the device has no MSI-X over this backend")
                                .remedy("Use Waiting.POLLING, or a backend that has MSI-X")));
    }
}
