// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.device;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.Failure;

/**
 * The turn of those who try to open what can be open once at a time, in this process and in others. A probe holds such a
 * thing for a moment, and who wanted to open it in that moment would be told that it is in use.
 *
 * <p>The turn is a lock of a directory of sysfs, which is there for every user and needs no right to write. It is held
 * while something is being tried or opened, never while it is open.
 */
public final class OpeningTurn {
    // Far longer than opening takes. Whoever holds the lock for longer is none of us, and must not keep us from it.
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 500_000;

    private OpeningTurn() {}

    /**
     * Waits for the turn, and opens something in it. Waits for 5 seconds at the most, and goes on without the turn then.
     *
     * @param libc the C library
     * @param directory a directory of sysfs that stands for what is opened
     * @param attempt opens it, or tries to; what it throws is thrown
     * @param undo closes it again, should giving the turn back fail
     * @return what the attempt returned
     * @throws org.deviceaccess.spi.error.DeviceNotFoundException if the directory is not there
     */
    public static <T> T take(LibC libc, Path directory, Supplier<T> attempt, Consumer<? super T> undo) {
        Fd turn = await(libc, directory.toString());
        T opened;
        try {
            opened = attempt.get();
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, turn::close);
        }
        try {
            turn.close();
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, () -> undo.accept(opened));
        }
        return opened;
    }

    private static Fd await(LibC libc, String directory) {
        String operation = "wait for others who open the device";
        Fd fd = Fd.open(libc, directory, Fcntl.O_RDONLY, operation);
        long start = System.nanoTime();
        int result = fd.tryLock();
        while (result == -Errnos.EAGAIN && System.nanoTime() - start < PATIENCE.toNanos()) {
            LockSupport.parkNanos(PAUSE_NANOS);
            result = fd.tryLock();
        }
        if (result != 0 && result != -Errnos.EAGAIN) {
            Failure failure = Failure.during(operation).path(directory);
            throw CloseSteps.after(KernelErrors.of(result, failure), fd::close);
        }
        return fd;
    }
}
