// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a device does by itself: a thread that is started when the device first has work or listens to signals, and ended
 * by closing it.
 *
 * <p>All work has the same latency, so the first that came is the first that is due, and a ring of it is enough; once
 * the ring is large enough, asking for work allocates nothing. Everything is guarded by the lock of the device, and the
 * work runs under it.
 */
final class Worker {
    /** A thread that has nothing to do any more ends within some of it. */
    private static final long ENDING_NANOS = 50_000;

    private static final long IDLE = -1;

    private final DeviceState state;
    private final long latencyNanos;
    private final Consumer<RuntimeException> failed;
    private @Nullable Runnable[] work = new Runnable[16];
    private long[] due = new long[work.length];
    private int head;
    private int size;
    private boolean hung;
    private @Nullable Runnable signalled;
    private volatile boolean signal;
    private boolean stopped;
    private @Nullable Thread thread;

    Worker(DeviceState state, long latencyNanos, Consumer<RuntimeException> failed) {
        this.state = state;
        this.latencyNanos = latencyNanos;
        this.failed = failed;
    }

    /** Runs work after the latency. */
    void later(Runnable task) {
        if (hung || stopped) {
            return;
        }
        if (size == work.length) {
            grow();
        }
        int tail = (head + size) % work.length;
        work[tail] = task;
        due[tail] = System.nanoTime() + latencyNanos;
        size++;
        if (thread == null) {
            start();
        } else if (size == 1) {
            LockSupport.unpark(thread);
        }
    }

    /** Lets work run at each signal, without latency; returns what gives the signal, for any thread without the lock. */
    Runnable onSignal(Runnable task) {
        signalled = task;
        Thread listening = thread != null ? thread : start();
        return () -> {
            signal = true;
            LockSupport.unpark(listening);
        };
    }

    private Thread start() {
        Thread started = Thread.ofPlatform().daemon().name("device " + state).start(this::run);
        thread = started;
        return started;
    }

    /** Drops all work; with {@code hang} also what comes and signals, until the next call. */
    void drop(boolean hang) {
        hung = hang;
        LockSupport.unpark(thread);
        while (size > 0) {
            takeFirst();
        }
    }

    /** Ends the thread. Called without the lock, as the thread may be waiting for it. */
    void stop() {
        Thread running;
        synchronized (state) {
            stopped = true;
            drop(true);
            running = thread;
        }
        if (running == null) {
            return;
        }
        LockSupport.unpark(running);
        // Not by join(), which an interrupt of this thread would end, and which then would have to be restored.
        while (running.isAlive()) {
            LockSupport.parkNanos(ENDING_NANOS);
        }
    }

    private void run() {
        while (true) {
            long pause;
            synchronized (state) {
                if (stopped) {
                    return;
                }
                answerSignal();
                pause = runDue();
            }
            if (pause == IDLE) {
                LockSupport.park(this);
            } else if (pause > 0) {
                LockSupport.parkNanos(this, pause);
            }
        }
    }

    private void answerSignal() {
        Runnable task = signalled;
        if (signal && !hung && task != null) {
            signal = false;
            run(task);
        }
    }

    /** Runs the first work if it is due; returns after how many nanoseconds to come back. */
    private long runDue() {
        if (size == 0) {
            return IDLE;
        }
        long remaining = due[head] - System.nanoTime();
        if (remaining > 0) {
            return remaining;
        }
        run(takeFirst());
        return 0;
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }

    private Runnable takeFirst() {
        Runnable task = work[head];
        if (task == null) {
            throw new IllegalStateException("no work");
        }
        work[head] = null;
        head = (head + 1) % work.length;
        size--;
        return task;
    }

    private void grow() {
        Runnable[] moreWork = new Runnable[2 * work.length];
        long[] moreDue = new long[moreWork.length];
        for (int i = 0; i < size; i++) {
            moreWork[i] = work[(head + i) % work.length];
            moreDue[i] = due[(head + i) % work.length];
        }
        work = moreWork;
        due = moreDue;
        head = 0;
    }
}
