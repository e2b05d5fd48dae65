// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class BiasedLockTest {
    private static final int INTRUSIONS = 3_000;
    private static final int LONGEST_PAUSE = 1_000;

    private long sum; // not volatile: the lock alone makes it right

    @Test
    void theOwnerStaysTheOwner() {
        BiasedLock lock = new BiasedLock(1);
        BiasedLock.Bias first = lock.lock();
        assertNotNull(first);
        lock.unlock(first);
        BiasedLock.Bias again = lock.lock();
        assertSame(first, again, "no change of ownership");
        lock.unlock(again);
    }

    @Test
    void anotherThreadBecomesTheOwner() throws Exception {
        BiasedLock lock = new BiasedLock(2);
        BiasedLock.Bias first = lock.lock();
        lock.unlock(first);
        BiasedLock.Bias second = inAnotherThread(() -> {
            BiasedLock.Bias held = lock.lock();
            lock.unlock(held);
            return held;
        });
        assertNotNull(second);
        assertNotSame(first, second);
        assertNull(used(lock), "two changes are over: an ordinary lock from now on");
        assertNull(used(lock));
    }

    @Test
    void aThreadThatIsInsideKeepsOthersOut() throws Exception {
        for (int changes = 0; changes < 3; changes++) {
            BiasedLock lock = new BiasedLock(changes);
            BiasedLock.Bias held = lock.lock();
            CountDownLatch began = new CountDownLatch(1);
            AtomicBoolean inside = new AtomicBoolean();
            try (ExecutorService other = Executors.newSingleThreadExecutor()) {
                Future<?> entering = other.submit(() -> {
                    began.countDown();
                    BiasedLock.Bias mine = lock.lock();
                    inside.set(true);
                    lock.unlock(mine);
                });
                began.await();
                assertTimesOut(entering);
                assertFalse(inside.get());
                lock.unlock(held);
                entering.get();
            }
        }
    }

    /** With 0 changes the lock is an ordinary one from the start. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16})
    void aThreadThatWantsItTwiceLetsNobodyIn(int changes) throws Exception {
        BiasedLock lock = new BiasedLock(changes);
        used(lock);
        BiasedLock.Bias held = lock.lock();
        assertThrows(IllegalStateException.class, lock::lock);
        AtomicBoolean inside = new AtomicBoolean();
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<?> entering = other.submit(() -> {
                BiasedLock.Bias mine = lock.lock();
                inside.set(true);
                lock.unlock(mine);
            });
            assertTimesOut(entering);
            assertFalse(inside.get());
            lock.unlock(held);
            entering.get();
        }
        used(lock);
    }

    /** One thread is always there, the others come now and then: the owner is surprised at any point. */
    @ParameterizedTest
    @CsvSource({"1000000000, 2, false", "1000000000, 4, false", "1000, 3, false", "16, 2, false", "1000000000, 3, true"
    })
    void oneThreadAtATimeIsInside(int changes, int threads, boolean virtual) throws Exception {
        BiasedLock lock = new BiasedLock(changes);
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        AtomicInteger intruding = new AtomicInteger(threads - 1);
        List<Thread> intruders = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            Random random = new Random(i);
            intruders.add(builder.start(() -> {
                for (int time = 0; time < INTRUSIONS; time++) {
                    increment(lock);
                    for (int pause = random.nextInt(LONGEST_PAUSE); pause > 0; pause--) {
                        Thread.onSpinWait();
                    }
                }
                intruding.decrementAndGet();
            }));
        }
        long expected = (threads - 1L) * INTRUSIONS;
        while (intruding.get() > 0) {
            increment(lock);
            expected++;
        }
        for (Thread intruder : intruders) {
            intruder.join();
        }
        assertEquals(expected, sum);
    }

    private void increment(BiasedLock lock) {
        BiasedLock.Bias held = lock.lock();
        try {
            sum++;
        } finally {
            lock.unlock(held);
        }
    }

    private static BiasedLock.Bias used(BiasedLock lock) {
        BiasedLock.Bias held = lock.lock();
        lock.unlock(held);
        return held;
    }

    private static <T> T inAnotherThread(Callable<T> action) throws Exception {
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            return other.submit(action).get();
        }
    }

    private static void assertTimesOut(Future<?> future) throws Exception {
        try {
            future.get(50, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        }
        throw new AssertionError("it was not kept out");
    }
}
