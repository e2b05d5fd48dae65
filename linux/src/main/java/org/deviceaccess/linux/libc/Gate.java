// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets users in until it is shut, and tells the one who shut it when the last user has left.
 *
 * <pre>{@code
 * if (!gate.shut()) {         // somebody else closes
 *     gate.awaitDone();
 *     return;
 * }
 * try {
 *     gate.awaitEmpty();
 *     ...                     // nobody is inside, and nobody comes in any more
 * } finally {
 *     gate.done();
 * }
 * }</pre>
 *
 * <p>Entering and leaving is one atomic operation each and allocates nothing. Uses are meant to be short: waiting for
 * them is done by looking again, as a lock or a queue would make every use pay for it.
 */
public final class Gate {
    private static final int SHUT = 1 << 31;
    private static final int DONE = 1 << 30;
    private static final long LOOK_AGAIN_NANOS = 20_000;

    /** How many are inside, and the two steps of closing. */
    private final AtomicInteger state = new AtomicInteger();

    /** Returns whether the gate is not shut. */
    public boolean isOpen() {
        return state.get() >= 0;
    }

    /** Enters, if the gate is not shut; then {@link #leave} must follow. */
    public boolean tryEnter() {
        for (; ; ) {
            int current = state.get();
            if (current < 0) {
                return false;
            }
            if (state.compareAndSet(current, current + 1)) {
                return true;
            }
        }
    }

    /** Leaves. */
    public void leave() {
        state.getAndDecrement();
    }

    /** Lets nobody in any more. Returns true to the first caller, who has to call {@link #done} in the end. */
    public boolean shut() {
        return state.getAndUpdate(current -> current | SHUT) >= 0;
    }

    /** Waits, after {@link #shut}, until everybody has left. Not ended by an interrupt, which is kept. */
    public void awaitEmpty() {
        await(SHUT);
    }

    /** Declares the closing complete. */
    public void done() {
        state.set(SHUT | DONE);
    }

    /** Waits until the closing is complete. Not ended by an interrupt, which is kept. */
    public void awaitDone() {
        await(SHUT | DONE);
    }

    private void await(int wanted) {
        boolean interrupted = false;
        while (state.get() != wanted) {
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
