// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;

/** One vector that a test raises by hand. */
final class FakeInterrupts implements Interrupts, InterruptVector {
    /** What was done, in order. */
    final List<String> log = new CopyOnWriteArrayList<>();

    private final InterruptInfo info;
    private long count;
    private boolean closed;

    FakeInterrupts(InterruptInfo info) {
        this.info = info;
    }

    synchronized void raise() {
        count++;
        notifyAll();
    }

    @Override
    public InterruptInfo info() {
        return info;
    }

    @Override
    public InterruptVector vector(int index) {
        return this;
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public synchronized long await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        log.add("await");
        while (!closed && count == 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return 0;
            }
            wait(left);
        }
        return poll();
    }

    @Override
    public synchronized long poll() {
        if (closed) {
            throw new IllegalStateException("the interrupts are closed");
        }
        long taken = count;
        count = 0;
        return taken;
    }

    @Override
    public void mask() {
        throw new AssertionError("the driver does not mask");
    }

    @Override
    public void unmask() {
        log.add("unmask");
    }

    @Override
    public void trigger() {
        throw new AssertionError("the driver does not trigger");
    }

    @Override
    public int awaitAny(Duration timeout) {
        throw new AssertionError("the driver has one vector");
    }

    @Override
    public synchronized void close() {
        closed = true;
        log.add("close");
        notifyAll();
    }
}
