// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.deviceaccess.tck.spec.Effort;

/** All times that the kit waits. Waits for what must come are long, and cost nothing when it comes. */
public final class Timeouts {
    /** How long nothing must happen for the kit to believe that nothing will. */
    public static final Duration NOTHING = Duration.ofMillis(40);
    /** A wait that must end at its deadline; with a part below milliseconds, as that is what gets lost. */
    public static final Duration SHORT = Duration.ofNanos(20_700_000);
    /** How long what a port sends to itself may be on the way, where it arrives at all. */
    public static final Duration ECHO = Duration.ofSeconds(1);
    /** The longest delay of something that must happen. */
    public static final Duration EVENT = Duration.ofSeconds(10);
    /** The wait of somebody who is to be woken: far longer than {@link #EVENT}. */
    public static final Duration LONG = Duration.ofSeconds(60);

    private static final Duration STEP = Duration.ofMillis(2);
    private static final Duration TEST = Duration.ofMinutes(2);
    private static final Duration ROUND = Duration.ofMillis(200);

    private Timeouts() {}

    /** Returns after what time a test is given up as hanging. */
    public static Duration test(Effort effort) {
        int most = Math.max(Math.max(effort.races(), effort.cycles()), Math.max(effort.interrupts(), effort.buffers()));
        return TEST.plus(ROUND.multipliedBy(most));
    }

    /** Returns whether a condition becomes true in time. */
    public static boolean until(BooleanSupplier condition) throws InterruptedException {
        return until(condition, EVENT);
    }

    /** Returns whether a condition becomes true within a time. */
    public static boolean until(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(STEP);
        }
        return true;
    }

    /** Returns when a thread waits, so that what is done next happens to a waiting thread. */
    public static void untilWaiting(Thread thread) throws InterruptedException {
        // A thread that waits in a system call counts as running, so for those it is the time that has to do.
        long deadline = System.nanoTime() + NOTHING.toNanos();
        while (System.nanoTime() - deadline < 0
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(STEP);
        }
    }

    /** Returns the result of a task; fails the test where it hangs or throws. */
    public static <T> T result(Future<T> task, String what) throws InterruptedException {
        try {
            return task.get(EVENT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return fail(what + " has not ended after " + EVENT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError error) {
                throw error;
            }
            return fail(what + " threw " + e.getCause(), e.getCause());
        }
    }
}
