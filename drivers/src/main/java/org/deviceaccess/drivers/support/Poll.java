// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.support;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.deviceaccess.spi.region.Region;

/**
 * Waits for a device by looking at it again and again: without a pause at first, as most answers come at once, and with
 * one between two looks later.
 *
 * <p>Each method takes a limit in nanoseconds and looks once more when that has passed. Whether it has is asked before the
 * device is, so that a thread that slept too long does not blame the device. A limit of zero or less looks once. The
 * methods do not throw when the time is over: what was waited for, and so the error, is the caller's to tell. They allocate
 * nothing; a caller on a hot path keeps its condition in a field.
 *
 * <p>An interrupt of the thread ends no wait but {@link #untilInterruptibly}. It stays set, and costs the pauses.
 */
public final class Poll {
    /** What a register of a device reads as that is gone: all ones. */
    public static final int GONE = -1;

    private static final int SPINS = 500;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private Poll() {}

    /**
     * Waits until a condition is true.
     *
     * @param condition looks at the device; what it throws ends the wait
     * @param nanos the limit in nanoseconds
     * @return whether it is true; false when the time is over
     */
    public static boolean until(BooleanSupplier condition, long nanos) {
        long start = System.nanoTime();
        for (int tries = 0; ; tries++) {
            boolean late = hasPassed(start, nanos);
            if (condition.getAsBoolean()) {
                return true;
            }
            if (late) {
                return false;
            }
            pause(tries);
        }
    }

    /**
     * Waits until a condition is true, or the thread is interrupted.
     *
     * @param condition looks at the device; what it throws ends the wait
     * @param nanos the limit in nanoseconds
     * @return whether it is true; false when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits for what is not true yet
     */
    public static boolean untilInterruptibly(BooleanSupplier condition, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (int tries = 0; ; tries++) {
            boolean late = hasPassed(start, nanos);
            if (condition.getAsBoolean()) {
                return true;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (late) {
                return false;
            }
            pause(tries);
        }
    }

    /**
     * Waits until some bits of a register of 32 bits have a value.
     *
     * @param region where the register is
     * @param offset where it is there, in bytes
     * @param mask the bits that matter
     * @param value what they are to be; the other bits are 0
     * @param nanos the limit in nanoseconds
     * @return what was read last: with other bits than were waited for when the time is over, or {@link #GONE} as soon as
     *     the register reads so. Callers for whose register that is no value look for it first
     */
    public static int register32(Region region, long offset, int mask, int value, long nanos) {
        long start = System.nanoTime();
        for (int tries = 0; ; tries++) {
            boolean late = hasPassed(start, nanos);
            int read = region.read32(offset);
            if (late || read == GONE || (read & mask) == value) {
                return read;
            }
            pause(tries);
        }
    }

    /**
     * Lets a time pass in which a device must not be touched: at least as long as it says, whatever happens to the thread.
     *
     * @param nanos how long, in nanoseconds
     */
    public static void delay(long nanos) {
        long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            // Comes back early from an interrupted thread, or for no reason.
            LockSupport.parkNanos(left);
        }
    }

    /**
     * Makes the pause between two looks at a device, for loops that none of the other methods is.
     *
     * @param tries how often was looked before, from 0 on: without a pause for the first ones
     */
    public static void pause(int tries) {
        // Negative where somebody has looked so often that the count has turned over.
        if (tries >= 0 && tries < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * Makes the pause between two looks at a device that raises no interrupt; it may end early.
     *
     * @param nanos how long it may be at the most, in nanoseconds
     */
    public static void pauseAtMost(long nanos) {
        LockSupport.parkNanos(Math.min(nanos, PAUSE_NANOS));
    }

    /**
     * Tells whether a time has passed, by the clock.
     *
     * @param start what {@link System#nanoTime} was at its start
     * @param nanos how long it is, in nanoseconds
     */
    public static boolean hasPassed(long start, long nanos) {
        return System.nanoTime() - start >= nanos;
    }
}
