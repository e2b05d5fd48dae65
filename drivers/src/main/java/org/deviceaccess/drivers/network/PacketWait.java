// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.spi.driver.BiasedLock;

/** How a thread waits for packets, one at a time. Before it sleeps it gives the card the buffers that have come back. */
final class PacketWait {
    /** While the card has less buffers than it has room for, nothing tells when some come back to the pool. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final PacketCard card;
    private final BiasedLock receiving;
    private final long sliceNanos;
    private final ReentrantLock waiting = new ReentrantLock();

    /**
     * Makes one in which nobody waits.
     *
     * @param receiving the lock of those who receive
     * @param sliceNanos how long a thread sleeps at the most: an interrupt may be lost, and a card that is gone raises none
     */
    PacketWait(PacketCard card, BiasedLock receiving, long sliceNanos) {
        this.card = card;
        this.receiving = receiving;
        this.sliceNanos = sliceNanos;
    }

    /** Waits for the thread that waits, if there is one, and keeps others from waiting. */
    void lock() {
        waiting.lock();
    }

    void unlock() {
        waiting.unlock();
    }

    /** Waits until a packet is there; returns false when the time is over. */
    boolean await(RecoveringPort port, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        long nanos = limit.isNegative() ? 0 : TimeUnit.NANOSECONDS.convert(limit);
        if (!waiting.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            while (true) {
                boolean full;
                BiasedLock.Bias held = receiving.lock();
                try {
                    port.requireUsable("wait for packets");
                    if (card.isReady()) {
                        return true;
                    }
                    full = card.refill();
                } finally {
                    receiving.unlock(held);
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long remaining = nanos - (System.nanoTime() - start);
                if (remaining <= 0) {
                    return false;
                }
                port.look("wait for packets");
                sleep(port, Math.min(remaining, full ? sliceNanos : SHORT_NANOS));
            }
        } finally {
            waiting.unlock();
        }
    }

    private void sleep(RecoveringPort port, long nanos) throws InterruptedException {
        boolean ready;
        BiasedLock.Bias held = receiving.lock();
        try {
            port.requireOpen();
            ready = card.arm();
        } finally {
            receiving.unlock(held);
        }
        try {
            if (!ready) {
                card.await(nanos);
            }
        } finally {
            held = receiving.lock();
            try {
                card.disarm();
            } finally {
                receiving.unlock(held);
            }
        }
    }
}
