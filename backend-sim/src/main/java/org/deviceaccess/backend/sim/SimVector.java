// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptVector;

/**
 * One vector: a count and the threads that wait for it.
 *
 * <p>Waits are on the object's monitor: that allocates nothing, and a virtual thread gives its carrier back. Lock order:
 * device, then set, then vector.
 */
final class SimVector implements InterruptVector {
    private final SimInterruptSet set;
    private final int index;
    private volatile long count; // written under the monitor
    private boolean closed;

    SimVector(SimInterruptSet set, int index) {
        this.set = set;
        this.index = index;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public long await(Duration timeout) throws InterruptedException {
        long nanos = Timeouts.nanos(timeout);
        long start = System.nanoTime();
        synchronized (this) {
            while (true) {
                requireOpen();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long remaining = nanos - (System.nanoTime() - start);
                if (count > 0 || remaining <= 0) {
                    return take();
                }
                TimeUnit.NANOSECONDS.timedWait(this, remaining);
            }
        }
    }

    @Override
    public synchronized long poll() {
        requireOpen();
        return take();
    }

    @Override
    public void mask() {
        requireMaskable("mask");
        set.mask();
    }

    @Override
    public void unmask() {
        requireMaskable("unmask");
        set.unmask();
    }

    @Override
    public void trigger() {
        synchronized (this) {
            requireOpen();
        }
        signal();
    }

    /** Counts one event; without effect once closed. */
    void signal() {
        synchronized (this) {
            if (closed) {
                return;
            }
            count++;
            notifyAll();
        }
        set.signalled();
    }

    boolean ready() {
        return count > 0;
    }

    synchronized void shut() {
        closed = true;
        notifyAll();
    }

    private long take() {
        long taken = count;
        count = 0;
        return taken;
    }

    private void requireOpen() {
        if (closed) {
            throw set.closed();
        }
    }

    private void requireMaskable(String operation) {
        synchronized (this) {
            requireOpen();
        }
        if (!set.info().maskable()) {
            throw new UnsupportedCapabilityException(Failure.during(
                            operation + " vector " + index + " of " + set.info().kind())
                    .because("messages can not be held back; only INTX can")
                    .remedy("Tell the device to raise no interrupt, by a register of its own"));
        }
    }
}
