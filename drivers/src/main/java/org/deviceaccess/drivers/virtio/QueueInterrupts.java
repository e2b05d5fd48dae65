// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.BitSet;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.jspecify.annotations.Nullable;

/**
 * The interrupts of the queues of a virtio device: a message for each where there is MSI-X, otherwise the line that they share, whose cause is
 * told by the ISR status (virtio 1.2, 4.1.5.1.2 and 4.1.5.3).
 *
 * <p>Enabled before the queues are created, which are told their vectors then. Vector 0 is for changes of the configuration,
 * and a queue's if there is no other.
 *
 * <p>Safe for use by any thread. {@link #await} allocates nothing.
 */
public final class QueueInterrupts {
    private static final InterruptKind[] PREFERENCE = {InterruptKind.MSIX, InterruptKind.INTX, InterruptKind.UIO};

    private final VirtioTransport transport;
    private final BitSet waiting = new BitSet(); // guarded by this
    private volatile @Nullable Interrupts enabled; // written under this
    private boolean closed; // guarded by this

    /** Enables nothing yet. Belongs to the driver, which closes it after the device was stopped. */
    public QueueInterrupts(VirtioTransport transport) {
        this.transport = transport;
    }

    /** Returns needs of which interrupts are no part, but can be used. */
    public static DriverNeeds addTo(DriverNeeds needs) {
        return needs.withInterrupts(0, PREFERENCE);
    }

    /**
     * Enables what there is, if it is not; a reset of the device by others closes it.
     *
     * @param queues how many queues there are
     * @throws InterruptsInUseException if somebody else has enabled them, and keeps them
     * @throws org.deviceaccess.spi.error.DeviceAccessException as {@code DeviceAccess.interrupts().enable} does
     */
    public synchronized void enable(int queues) {
        long start = System.nanoTime();
        for (int tries = 0; !closed && !isEnabled(); tries++) {
            InterruptInfo best = best();
            if (best == null) {
                return;
            }
            int vectors = best.kind() == InterruptKind.MSIX ? Math.min(best.vectors(), queues + 1) : 1;
            try {
                enabled = transport.device().interrupts().enable(best.kind(), vectors);
            } catch (InterruptsInUseException e) {
                // A reset that is not through with closing them, or somebody else's.
                if (enabled == null || Poll.hasPassed(start, transport.timeout().toNanos())) {
                    throw e;
                }
                Poll.pause(tries);
            }
        }
    }

    private boolean isEnabled() {
        Interrupts interrupts = enabled;
        if (interrupts == null) {
            return false;
        }
        try {
            interrupts.vector(0).poll();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private @Nullable InterruptInfo best() {
        DeviceAccess device = transport.device();
        for (InterruptKind kind : PREFERENCE) {
            for (InterruptInfo info : device.interrupts().kinds()) {
                if (info.kind() == kind) {
                    return info;
                }
            }
        }
        return null;
    }

    /** Returns the MSI-X vector that a queue is to be created with, or {@link VirtioTransport#NO_VECTOR}. */
    public int vector(int queue) {
        Interrupts interrupts = enabled;
        if (interrupts == null || interrupts.info().kind() != InterruptKind.MSIX) {
            return CommonConfiguration.NO_VECTOR;
        }
        int vectors = interrupts.info().vectors();
        // Where there are fewer, queues share one: those that nobody waits for ask for no interrupts.
        return vectors == 1 ? 0 : 1 + queue % (vectors - 1);
    }

    /** Returns whether there is an interrupt of any kind. */
    public boolean exist() {
        return enabled != null;
    }

    /**
     * Gives the interrupt of a queue to who waits for it from now on.
     *
     * @param queue the queue's number
     * @throws InterruptKindAbsentException if the backend delivers none
     * @throws DeviceBusyException if others have what there is
     */
    public synchronized void claim(int queue) {
        Interrupts interrupts = enabled;
        String operation = "open a queue that waits by interrupt on " + transport.name();
        if (interrupts == null) {
            throw new InterruptKindAbsentException(Failure.during(operation)
                    .because("the device has no interrupt over this backend")
                    .remedy("Use Waiting.POLLING, or a backend that has interrupts"));
        }
        if (waiting.stream().anyMatch(other -> vector(other) == vector(queue))) {
            boolean messages = interrupts.info().kind() == InterruptKind.MSIX;
            throw new DeviceBusyException(Failure.during(operation)
                    .because(
                            messages
                                    ? "its vector, one of " + interrupts.info().vectors()
                                            + " that the device has, is used by another queue"
                                    : "the device's one interrupt is used by another queue")
                    .remedy("Use Waiting.POLLING for some queues"));
        }
        waiting.set(queue);
    }

    /** Takes the interrupt of a queue from who waited for it. */
    public synchronized void giveBack(int queue) {
        waiting.clear(queue);
    }

    /**
     * Sleeps until a queue interrupts, or the time is over; may return early, as when a reset of the device closed the
     * interrupts. Whoever waits says so before by {@link Virtqueue#arm}, and looks at the queue after it.
     *
     * @param queue the queue's number, of {@link #claim}
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if there is no interrupt, or these, or the device, are closed
     */
    public void await(int queue, Duration limit) throws InterruptedException {
        Interrupts interrupts = enabled;
        if (interrupts == null) {
            throw new IllegalStateException("the queue has no interrupt");
        }
        boolean messages = interrupts.info().kind() == InterruptKind.MSIX;
        try {
            InterruptVector vector = interrupts.vector(messages ? vector(queue) : 0);
            if (vector.await(limit) > 0 && !messages) {
                transport.takeIsr();
                if (interrupts.info().autoMasked()) {
                    vector.unmask();
                }
            }
        } catch (IllegalStateException e) {
            if (isClosed() || !transport.device().isOpen()) {
                throw e;
            }
            // Whoever waits looks at the device next, and finds that it was reset.
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Disables the interrupts, which wakes those who wait. */
    public synchronized void close() {
        closed = true;
        Interrupts interrupts = enabled;
        if (interrupts != null) {
            interrupts.close();
        }
    }
}
