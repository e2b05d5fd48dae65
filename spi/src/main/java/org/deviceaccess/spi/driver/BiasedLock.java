// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that costs its owner no atomic instruction: the thread that used it last gets it by two plain stores.
 *
 * <p>For the hot paths of drivers, which any thread may use and nearly always one thread does. There an uncontended lock of
 * the usual kind is a third of all that sending a batch of packets costs. Here another thread pays instead: it takes the
 * ownership away, which stops the owner for a moment. After so many changes of ownership the lock is an ordinary one for
 * good. Neither locking nor unlocking allocates memory, but for a change of ownership.
 *
 * <p>The owner says that it is inside and then looks whether it is still the owner; the other takes the ownership and then
 * looks whether the owner is inside. Either of them must see what the other wrote, for which both would need a fence
 * between the store and the load. Instead of one for each use by the owner there is one on the other side that counts for
 * both: closing a shared {@link Arena} makes every thread of the JVM pass a handshake, before which its stores are visible
 * and behind which its loads are new.
 *
 * <p>Not reentrant: a thread that holds it and wants it again gets an {@link IllegalStateException}, or waits for ever if
 * another thread is about to take the ownership away. It is held as
 *
 * {@snippet :
 * BiasedLock.Bias held = lock.lock();
 * try {
 *     // one thread at a time
 * } finally {
 *     lock.unlock(held);
 * }
 * }
 */
public final class BiasedLock {
    private static final VarHandle BIAS;
    private static final VarHandle INSIDE;
    /** Enough for a device to be handed from thread to thread; few if two threads really share one. */
    private static final int CHANGES = 16;

    private static final int SPINS = 100;
    private static final long PAUSE_NANOS = 1_000;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BIAS = lookup.findVarHandle(BiasedLock.class, "bias", Bias.class);
            INSIDE = lookup.findVarHandle(Bias.class, "inside", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One thread's time as the owner. No later owner shares it, so a late store of this one disturbs nobody. */
    public static final class Bias {
        private final @Nullable Thread owner;

        private boolean inside; // written by INSIDE

        private Bias(@Nullable Thread owner, boolean inside) {
            this.owner = owner;
            this.inside = inside;
        }
    }

    private final ReentrantLock mutex = new ReentrantLock();
    private Bias bias = new Bias(null, false); // written with the mutex held
    private int changes; // guarded by mutex

    /** Makes a lock that nobody owns, for a device that is handed from thread to thread now and then at the most. */
    public BiasedLock() {
        this(CHANGES);
    }

    /**
     * Makes a lock that nobody owns.
     *
     * @param changes how often a thread may become the owner before the lock is an ordinary one; 0 or more
     */
    public BiasedLock(int changes) {
        this.changes = changes;
    }

    /**
     * Acquires the lock; waits for it without heeding an interrupt of the thread.
     *
     * @return what {@link #unlock} wants; {@code null} where the lock is an ordinary one
     * @throws IllegalStateException if the thread holds the lock already. It still holds it, once
     */
    public @Nullable Bias lock() {
        Bias mine = (Bias) BIAS.getOpaque(this);
        if (mine.owner == Thread.currentThread()) {
            // Or the inner of two sections, when it ends, would let another thread into the outer one.
            if (mine.inside) {
                throw held();
            }
            INSIDE.setOpaque(mine, true);
            // No instruction on x86-64: it keeps the compiler from looking first.
            VarHandle.releaseFence();
            if ((Bias) BIAS.getOpaque(this) == mine) {
                VarHandle.acquireFence();
                return mine;
            }
            INSIDE.setRelease(mine, false);
        }
        return lockSlowly();
    }

    /**
     * Releases the lock, by the thread that acquired it.
     *
     * @param held what {@link #lock} returned
     */
    public void unlock(@Nullable Bias held) {
        if (held == null) {
            mutex.unlock();
        } else {
            INSIDE.setRelease(held, false);
        }
    }

    private @Nullable Bias lockSlowly() {
        if (mutex.isHeldByCurrentThread()) {
            throw held();
        }
        mutex.lock();
        boolean ordinary = false;
        try {
            takeOwnershipAway();
            ordinary = changes == 0;
            if (ordinary) {
                return null;
            }
            changes--;
            Bias mine = new Bias(Thread.currentThread(), true);
            BIAS.setRelease(this, mine);
            return mine;
        } finally {
            if (!ordinary) {
                mutex.unlock();
            }
        }
    }

    private static IllegalStateException held() {
        return new IllegalStateException("the thread holds the lock already");
    }

    private void takeOwnershipAway() {
        Bias before = bias;
        if (before.owner == null) {
            return;
        }
        BIAS.setOpaque(this, new Bias(null, false));
        shakeHands();
        for (int tries = 0; (boolean) INSIDE.getAcquire(before); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closing is all that is wanted of it
    private static void shakeHands() {
        Arena.ofShared().close();
    }
}
