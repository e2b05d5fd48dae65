// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OpeningTurnTest {
    private static final LibC LIBC = JnaLibC.load();

    @TempDir
    Path directory;

    private static void closed(String opened) {}

    @Test
    void whoComesLaterWaitsForWhoIsAtIt() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        FutureTask<String> first = new FutureTask<>(() -> OpeningTurn.take(
                LIBC,
                directory,
                () -> {
                    inside.countDown();
                    pause();
                    done.set(true);
                    return "first";
                },
                OpeningTurnTest::closed));
        Thread.ofPlatform().start(first);
        assertTrue(inside.await(30, TimeUnit.SECONDS));
        assertTrue(OpeningTurn.take(LIBC, directory, done::get, opened -> {}), "before the first was done");
        assertEquals("first", first.get());
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(200));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFailedAttemptGivesTheTurnBack() {
        for (int i = 0; i < 3; i++) {
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> OpeningTurn.take(
                            LIBC,
                            directory,
                            () -> {
                                throw new UnsupportedOperationException();
                            },
                            OpeningTurnTest::closed));
        }
        assertEquals("mine", OpeningTurn.take(LIBC, directory, () -> "mine", OpeningTurnTest::closed));
    }

    @Test
    void othersThingsHaveTurnsOfTheirOwn(@TempDir Path other) {
        AtomicBoolean inner = new AtomicBoolean();
        OpeningTurn.take(
                LIBC,
                directory,
                () -> {
                    inner.set(OpeningTurn.take(LIBC, other, () -> true, opened -> {}));
                    return "outer";
                },
                OpeningTurnTest::closed);
        assertTrue(inner.get());
    }

    @Test
    void whatIsNotThereIsNotAttempted() {
        AtomicBoolean attempted = new AtomicBoolean();
        assertThrows(
                DeviceNotFoundException.class,
                () -> OpeningTurn.take(LIBC, directory.resolve("gone"), () -> attempted.getAndSet(true), opened -> {}));
        assertFalse(attempted.get());
    }
}
