// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * That somebody wants the command to end, by Ctrl-C (SIGINT) or another signal: what has a device open gives it back, says
 * how far it came, and lets the JVM go, which answers 130 to the shell after SIGINT.
 */
final class Interruption {
    private final Duration patience;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Thread worker; // guarded by this
    private boolean orderly; // guarded by this
    private volatile boolean requested;

    /**
     * Makes one that nobody has asked for.
     *
     * @param patience how long a command may take to end
     */
    Interruption(Duration patience) {
        this.patience = patience;
    }

    /** Returns whether the command is to end. */
    boolean isRequested() {
        return requested;
    }

    /** Says that the command looks at {@link #isRequested} and ends by itself. */
    synchronized void endsInOrder() {
        orderly = true;
    }

    /** Says so, and that what the current thread waits for may be interrupted. */
    synchronized void endsInOrderWhenInterrupted() {
        orderly = true;
        worker = Thread.currentThread();
        if (requested) {
            worker.interrupt();
        }
    }

    /** Says that the command has ended and written all that it has to say. */
    void ended() {
        synchronized (this) {
            worker = null;
        }
        ended.countDown();
    }

    /** Lets the command end, and waits until it has. Returns whether it has, or need not. */
    boolean request() throws InterruptedException {
        synchronized (this) {
            requested = true;
            if (!orderly) {
                return true;
            }
            if (worker != null) {
                worker.interrupt();
            }
        }
        return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
