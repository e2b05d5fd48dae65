// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.util.concurrent.locks.LockSupport;

/** A thread that is parked, once. */
final class Parked {
    private final Thread thread;
    private volatile boolean woken;
    private volatile boolean failed;

    Parked(Thread thread) {
        this.thread = thread;
    }

    boolean isInterrupted() {
        return thread.isInterrupted();
    }

    boolean isWoken() {
        return woken;
    }

    /** Returns whether it was woken because the descriptor has failed. */
    boolean isFailed() {
        return failed;
    }

    void wake(boolean becauseItFailed) {
        failed = becauseItFailed;
        woken = true;
        LockSupport.unpark(thread);
    }
}
