// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Parks virtual threads until a descriptor is ready. One daemon thread, started by the first of them, polls for all.
 *
 * <p>A descriptor is polled only while somebody is parked for it; everybody who is parked for a ready one is woken and
 * forgotten. So a descriptor that stays ready does not keep the polling thread busy.
 */
final class VirtualWaits {
    /** Parks for any of the descriptors. */
    static final int ANY = -1;

    private final Supplier<Waiter> maker;
    private final int[] fds;
    private final String name;
    private final Set<Parked> parked = new LinkedHashSet<>();
    private @Nullable Waiter waiter;
    private @Nullable Thread poller;
    private boolean shut;
    private int error;

    /**
     * @param maker makes a waiter for all descriptors
     * @param fds the descriptors
     * @param name what is waited for
     */
    VirtualWaits(Supplier<Waiter> maker, int[] fds, String name) {
        this.maker = maker;
        this.fds = fds;
        this.name = name;
    }

    /**
     * Parks the current thread until the descriptor may be ready, the time is over, the thread is interrupted, or this
     * is shut.
     *
     * @param index of the descriptor, or {@link #ANY}
     * @param nanos how long at the most, positive
     */
    void park(int index, long nanos) {
        Parked self = new Parked(Thread.currentThread(), index);
        long start = System.nanoTime();
        add(self);
        try {
            long remaining = nanos;
            while (!self.woken && remaining > 0 && !self.thread.isInterrupted()) {
                LockSupport.parkNanos(this, remaining);
                remaining = nanos - (System.nanoTime() - start);
            }
        } finally {
            remove(self);
        }
    }

    private synchronized void add(Parked self) {
        if (error < 0) {
            throw KernelErrors.of(error, Failure.during("wait for " + name));
        }
        if (shut) {
            self.woken = true;
            return;
        }
        if (waiter == null) {
            waiter = maker.get();
        }
        Waiter used = waiter;
        if (poller == null) {
            poller = Thread.ofPlatform()
                    .daemon()
                    .name("deviceaccess wait for " + name)
                    .start(() -> poll(used));
        }
        parked.add(self);
        used.wake();
    }

    private synchronized void remove(Parked self) {
        parked.remove(self);
    }

    private void poll(Waiter polling) {
        while (watch(polling)) {
            int result = polling.poll(fds.length, -1);
            if (result > 0) {
                wakeReady(polling);
            } else if (result < 0 && result != -Errnos.EINTR) {
                fail(result);
            }
        }
    }

    /** Sets what to poll for; returns false when there is nothing to wait for any more. */
    private synchronized boolean watch(Waiter polling) {
        for (int i = 0; i < fds.length; i++) {
            polling.watch(i, -1);
        }
        for (Parked each : parked) {
            for (int i = 0; i < fds.length; i++) {
                if (each.waitsFor(i)) {
                    polling.watch(i, fds[i]);
                }
            }
        }
        return !shut && error == 0;
    }

    private synchronized void wakeReady(Waiter polling) {
        for (int i = 0; i < fds.length; i++) {
            if (polling.ready(i) != 0) {
                Iterator<Parked> all = parked.iterator();
                while (all.hasNext()) {
                    Parked each = all.next();
                    if (each.waitsFor(i)) {
                        all.remove();
                        each.wake();
                    }
                }
            }
        }
    }

    private synchronized void fail(int result) {
        error = result;
        wakeAll();
    }

    private void wakeAll() {
        parked.forEach(Parked::wake);
        parked.clear();
    }

    /** Wakes all, parks nobody any more, and ends the polling thread. */
    synchronized void shut() {
        shut = true;
        wakeAll();
        if (waiter != null) {
            waiter.wake();
        }
    }

    /** Gives everything back, after {@link #shut}, when nobody is or will be parked. */
    void close() {
        Thread ending;
        Waiter closing;
        synchronized (this) {
            ending = poller;
            closing = waiter;
        }
        if (ending != null) {
            join(ending);
        }
        if (closing != null) {
            closing.close();
        }
    }

    private static void join(Thread ending) {
        boolean interrupted = false;
        for (; ; ) {
            try {
                ending.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the polling thread is ending, and its descriptors are closed next
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Parked {
        private final Thread thread;
        private final int index;
        private volatile boolean woken;

        Parked(Thread thread, int index) {
            this.thread = thread;
            this.index = index;
        }

        boolean waitsFor(int ready) {
            return index == ready || index == ANY;
        }

        void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }
    }
}
