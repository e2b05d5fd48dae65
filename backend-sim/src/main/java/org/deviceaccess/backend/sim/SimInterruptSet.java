// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;

/** The enabled interrupts of one kind. */
final class SimInterruptSet implements Interrupts {
    private final SimInterrupts owner;
    private final InterruptInfo info;
    private final SimVector[] vectors;
    private int waiting;
    private int next;
    private boolean closed;

    SimInterruptSet(SimInterrupts owner, InterruptInfo info) {
        this.owner = owner;
        this.info = info;
        this.vectors = new SimVector[info.vectors()];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = new SimVector(this, i);
        }
    }

    @Override
    public InterruptInfo info() {
        return info;
    }

    @Override
    public InterruptVector vector(int index) {
        if (index < 0 || index >= vectors.length) {
            throw new InterruptVectorsException(Failure.during("get the vector " + index + " of " + info.kind())
                    .because("the vectors 0 to " + (vectors.length - 1) + " are enabled"));
        }
        return vectors[index];
    }

    @Override
    public int awaitAny(Duration timeout) throws InterruptedException {
        long nanos = Timeouts.nanos(timeout);
        long start = System.nanoTime();
        synchronized (this) {
            while (true) {
                if (closed) {
                    throw closed();
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                int ready = nextReady();
                long remaining = nanos - (System.nanoTime() - start);
                if (ready >= 0 || remaining <= 0) {
                    return ready;
                }
                waiting++;
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, remaining);
                } finally {
                    waiting--;
                }
            }
        }
    }

    @Override
    public void close() {
        owner.disable(this);
    }

    /** Delivers an event to a vector; one that is not enabled gets nothing. */
    void deliver(int index) {
        if (index >= 0 && index < vectors.length) {
            vectors[index].signal();
        }
    }

    /** Wakes those who wait for any vector; called after the vector's count was raised. */
    synchronized void signalled() {
        if (waiting > 0) {
            notifyAll();
        }
    }

    void mask() {
        owner.mask(this);
    }

    void unmask() {
        owner.unmask(this);
    }

    /** Refuses further use and wakes all waiters. */
    void shut() {
        for (SimVector vector : vectors) {
            vector.shut();
        }
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }

    IllegalStateException closed() {
        return new IllegalStateException("the interrupts " + info.kind() + " are closed");
    }

    private int nextReady() {
        for (int i = 0; i < vectors.length; i++) {
            int candidate = (next + i) % vectors.length;
            if (vectors[candidate].ready()) {
                next = (candidate + 1) % vectors.length;
                return candidate;
            }
        }
        return -1;
    }
}
