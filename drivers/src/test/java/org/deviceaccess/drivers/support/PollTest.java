// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegisterCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PollTest {
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONG = TimeUnit.SECONDS.toNanos(50);
    private static final long OFFSET = 8;
    private static final int MASK = 0x0f;

    private final RegisterCalls register = mock(RegisterCalls.class);
    private final Region region = new CallRegion(
            new RegionInfo(
                    RegionId.BAR0,
                    4096,
                    RegionInfo.AddressSpace.MEMORY,
                    true,
                    true,
                    false,
                    Set.of(AccessWidth.BITS_32)),
            register);

    @Test
    void looksUntilTheConditionIsTrue() throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        assertTrue(Poll.until(() -> looks.incrementAndGet() == 1000, LONG));
        assertEquals(1000, looks.get());
        assertTrue(Poll.untilInterruptibly(() -> looks.incrementAndGet() == 2000, LONG));
        assertEquals(2000, looks.get());
    }

    @Test
    void endsWhenTheTimeIsOver() throws InterruptedException {
        assertFalse(Poll.until(() -> false, SHORT));
        assertFalse(Poll.untilInterruptibly(() -> false, SHORT));
        assertFalse(Poll.until(() -> false, Long.MIN_VALUE));
        reads(0x31L);
        assertEquals(0x31, Poll.register32(region, OFFSET, MASK, 3, SHORT));
    }

    @Test
    void aThreadThatSleptTooLongLooksOnceMore() throws InterruptedException {
        assertTrue(Poll.until(doneWhileTheThreadSlept(), SHORT));
        assertTrue(Poll.untilInterruptibly(doneWhileTheThreadSlept(), SHORT));
        BooleanSupplier done = doneWhileTheThreadSlept();
        when(register.read(OFFSET, AccessWidth.BITS_32)).thenAnswer(call -> done.getAsBoolean() ? 3L : 0L);
        assertEquals(3, Poll.register32(region, OFFSET, MASK, 3, SHORT));
    }

    private void reads(long first, Long... next) {
        when(register.read(OFFSET, AccessWidth.BITS_32)).thenReturn(first, next);
    }

    /** False, and so slow that the limit has passed behind it; true from then on. */
    private static BooleanSupplier doneWhileTheThreadSlept() {
        AtomicInteger looks = new AtomicInteger();
        return () -> {
            if (looks.getAndIncrement() > 0) {
                return true;
            }
            Poll.delay(2 * SHORT);
            return false;
        };
    }

    @Test
    void aLimitOfZeroLooksOnce() {
        AtomicInteger looks = new AtomicInteger();
        assertFalse(Poll.until(() -> looks.incrementAndGet() > 1, 0));
        assertEquals(1, looks.get());
    }

    @Test
    void onlyTheBitsOfTheMaskMatter() {
        reads(0x30L, 0x31L, 0x77L);
        assertEquals(0x77, Poll.register32(region, OFFSET, MASK, 7, LONG));
        verify(register, times(3)).read(OFFSET, AccessWidth.BITS_32);
    }

    @Test
    void aRegisterOfADeviceThatIsGoneIsNotWaitedFor() {
        reads(0L, 0xffff_ffffL);
        assertEquals(Poll.GONE, Poll.register32(region, OFFSET, MASK, 3, LONG));
    }

    @Test
    void whatTheConditionThrowsEndsTheWait() {
        assertThrows(
                ArithmeticException.class,
                () -> Poll.until(
                        () -> {
                            throw new ArithmeticException();
                        },
                        LONG));
    }

    @Test
    void anInterruptEndsOnlyTheInterruptibleWait() {
        AtomicInteger looks = new AtomicInteger();
        Thread.currentThread().interrupt();
        assertTrue(Poll.until(() -> looks.incrementAndGet() == 1000, LONG));
        assertTrue(Thread.currentThread().isInterrupted());
        assertThrows(InterruptedException.class, () -> Poll.untilInterruptibly(() -> false, LONG));
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void aDelayIsNeverShorterThanItSays() {
        Thread.currentThread().interrupt();
        long start = System.nanoTime();
        Poll.delay(SHORT);
        assertTrue(System.nanoTime() - start >= SHORT);
        assertTrue(Thread.interrupted());
    }

    @Test
    void aPauseIsShortWhateverIsAllowed() {
        // The class's limit ends it where it lasts as long as it may.
        Poll.pauseAtMost(Long.MAX_VALUE);
        Poll.pauseAtMost(LONG);
    }

    @Test
    void waitingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BooleanSupplier never = () -> false;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Poll.until(never, SHORT);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }
}
