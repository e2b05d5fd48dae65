// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.deviceaccess.drivers.support.Poll;

/**
 * Tells who recovers or closes a device whether a queue's thread is inside the queue. Not a lock: the queue belongs to one
 * thread, which says by a plain store that it is inside, looks then whether the queue is still open to it, and leaves if it
 * is not.
 *
 * <p>The other side first says that the queue is shut, then lets each thread of the JVM pass a handshake, by closing a shared
 * arena, and then looks whether one is inside. What was stored before the handshake is visible behind it, and what is loaded
 * behind it is new; so either the thread sees that the queue is shut, or the other side sees the thread.
 */
final class QueueGate {
    private static final VarHandle INSIDE;

    static {
        try {
            INSIDE = MethodHandles.lookup().findVarHandle(QueueGate.class, "inside", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // by INSIDE
    private boolean inside;

    /** Says that the queue's thread is inside; it looks next whether the queue is open. */
    void enter() {
        INSIDE.setOpaque(this, true);
        // No instruction on x86-64: it keeps the compiler from looking first.
        VarHandle.releaseFence();
    }

    /** Says that the queue's thread is outside, and shows what it did there. */
    void leave() {
        INSIDE.setRelease(this, false);
    }

    /** Waits until the queue's thread is outside. What says that the queue is shut was stored before {@link #handshake}. */
    void awaitOutside() {
        for (int tries = 0; (boolean) INSIDE.getAcquire(this); tries++) {
            Poll.pause(tries);
        }
    }

    /** Lets each thread of the JVM see what this one has stored, and makes what they have stored visible to this one. */
    @SuppressWarnings("MustBeClosedChecker") // closing is all that is wanted of it
    static void handshake() {
        Arena.ofShared().close();
    }
}
