// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.KernelCallException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FdTest {
    @Test
    void closesOnce() {
        LibC libc = mock(LibC.class);
        Fd fd = new Fd(libc, 7, "thing");
        assertTrue(fd.isOpen());
        fd.close();
        fd.close();
        verify(libc, times(1)).close(7);
        assertFalse(fd.isOpen());
        assertEquals("thing (closed)", fd.toString());
    }

    @Test
    void refusesUseAfterClose() {
        Fd fd = new Fd(mock(LibC.class), 7, "/dev/thing");
        fd.close();
        IllegalStateException e = assertThrows(IllegalStateException.class, fd::acquire);
        assertTrue(e.getMessage().contains("/dev/thing"), e.getMessage());
    }

    @Test
    void refusesWhatIsNoDescriptor() {
        assertThrows(IllegalArgumentException.class, () -> new Fd(mock(LibC.class), -5, "thing"));
    }

    @Test
    void closeWaitsForTheLastUserAndKeepsTheInterrupt() throws Exception {
        LibC libc = mock(LibC.class);
        Fd fd = new Fd(libc, 7, "thing");
        fd.acquire();
        fd.acquire();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closer = Thread.ofPlatform().start(() -> {
            fd.close();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        while (fd.isOpen()) {
            Thread.onSpinWait();
        }
        closer.interrupt();
        fd.release();
        Thread.sleep(20);
        verify(libc, never()).close(anyInt());
        assertThrows(IllegalStateException.class, fd::acquire);
        fd.release();
        closer.join();
        verify(libc, times(1)).close(7);
        assertTrue(interrupted.get());
    }

    @Test
    void reportsWhatTheKernelSaysToClose() {
        LibC libc = mock(LibC.class);
        when(libc.close(7)).thenReturn(-Errnos.EIO);
        Fd fd = new Fd(libc, 7, "thing");
        KernelCallException e = assertThrows(KernelCallException.class, fd::close);
        assertEquals(Errnos.of(Errnos.EIO), e.errno());
        fd.close();
        verify(libc, times(1)).close(7);
    }

    @Test
    void openReportsPathAndErrno() {
        DeviceNotFoundException e = assertThrows(
                DeviceNotFoundException.class,
                () -> Fd.open(JnaLibC.load(), "/dev/no-such-node", Fcntl.O_RDWR, "open the device"));
        assertEquals("/dev/no-such-node", e.path());
        assertEquals("ENOENT", e.errno().name());
        assertEquals("open the device", e.operation());
    }

    /** The kernel's answer is never EBADF and the number never belongs to somebody else's file. */
    @Test
    void noUseMeetsARecycledNumber() throws Exception {
        AtomicInteger current = new AtomicInteger(-1);
        LibC libc = mock(LibC.class); // one number, reused at once, as the kernel does
        when(libc.close(7)).thenAnswer(call -> {
            current.set(-1);
            return 0;
        });
        int rounds = 1_000;
        AtomicInteger wrong = new AtomicInteger();
        for (int round = 0; round < rounds; round++) {
            int owner = round;
            current.set(owner);
            Fd fd = new Fd(libc, 7, "thing");
            CountDownLatch started = new CountDownLatch(1);
            List<Thread> users = new ArrayList<>();
            for (int i = 0; i < 1; i++) {
                users.add(Thread.ofPlatform().start(() -> {
                    started.countDown();
                    try {
                        for (; ; ) {
                            fd.acquire();
                            if (current.get() != owner) {
                                wrong.incrementAndGet();
                            }
                            fd.release();
                        }
                    } catch (IllegalStateException e) {
                        return; // closed, as expected
                    }
                }));
            }
            started.await();
            fd.close();
            fd.close();
            assertEquals(-1, current.get());
            for (Thread user : users) {
                user.join();
            }
        }
        assertEquals(0, wrong.get());
        verify(libc, times(rounds)).close(7);
    }
}
