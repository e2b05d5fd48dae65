// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;

/**
 * An open file descriptor with an owner, who closes it.
 *
 * <p>The kernel gives the number of a closed descriptor to the next file that is opened, so a call that races the
 * closing could hit another file. Here it can not: a thread uses the number between {@link #acquire} and
 * {@link #release} only, and {@link #close} waits for those who are in between. Who knows that the owner does not close
 * it meanwhile uses {@link #number}.
 *
 * <pre>{@code
 * int number = fd.acquire();
 * try {
 *     result = libc.pread(number, buffer, 4, offset);
 * } finally {
 *     fd.release();
 * }
 * }</pre>
 *
 * <p>Safe for use by any thread. Allocates nothing in use.
 */
public final class Fd implements AutoCloseable {
    private final LibC libc;
    private final int number;
    private final String name;
    private final Gate gate = new Gate();

    /**
     * Takes ownership of a descriptor.
     *
     * @param libc what it was opened with
     * @param number the descriptor
     * @param name what it is, for errors: the path it was opened with, or such as {@code eventfd}
     * @throws IllegalArgumentException if the number is negative
     */
    public Fd(LibC libc, int number, String name) {
        if (number < 0) {
            throw new IllegalArgumentException(name + ": " + number + " is no file descriptor");
        }
        this.libc = libc;
        this.number = number;
        this.name = name;
    }

    /**
     * Opens a file, with {@link Fcntl#O_CLOEXEC}. Errors are reported as {@link KernelErrors} does; who has more to say
     * about one calls {@link LibC#open} and makes the object from its result.
     *
     * @param libc the C library
     * @param path the file
     * @param flags see {@link Fcntl}
     * @param operation what this is done for, in the infinitive: "open the device"
     */
    public static Fd open(LibC libc, String path, int flags, String operation) {
        int result = libc.open(path, flags | Fcntl.O_CLOEXEC);
        if (result < 0) {
            throw KernelErrors.of(result, Failure.during(operation).path(path));
        }
        return new Fd(libc, result, path);
    }

    /** Returns what it is: its path, or such as {@code eventfd}. */
    public String name() {
        return name;
    }

    /** Returns whether {@link #close} was not called yet. */
    public boolean isOpen() {
        return gate.isOpen();
    }

    /**
     * Starts a use: until {@link #release}, the descriptor stays open.
     *
     * @return the number, for use until {@link #release} only
     * @throws IllegalStateException if the descriptor is closed
     */
    public int acquire() {
        if (!gate.tryEnter()) {
            throw new IllegalStateException(name + " is closed");
        }
        return number;
    }

    /** Starts a use as {@link #acquire} does, but answers -1 if the descriptor is closed. */
    public int tryAcquire() {
        return gate.tryEnter() ? number : -1;
    }

    /** Ends a use. */
    public void release() {
        gate.leave();
    }

    /**
     * Returns the number without starting a use: for use while the descriptor's owner keeps it open.
     *
     * @throws IllegalStateException if the descriptor is closed
     */
    public int number() {
        int open = acquire();
        release();
        return open;
    }

    /**
     * Locks the file for this descriptor alone, {@code flock(2)}, until it is closed; does not wait for others who have
     * it locked.
     *
     * @return 0, or the negated error number: of {@link Errnos#EAGAIN} if others have it locked
     * @throws IllegalStateException if the descriptor is closed
     */
    public int tryLock() {
        int open = acquire();
        try {
            return libc.flock(open, Fcntl.LOCK_EX | Fcntl.LOCK_NB);
        } finally {
            release();
        }
    }

    /**
     * Closes the descriptor. New uses are refused from now on; returns when the last one has ended and the descriptor
     * is closed, so it must not be called between {@link #acquire} and {@link #release}. Can be repeated without
     * effect.
     *
     * @throws KernelCallException if the kernel reports an error; the descriptor is closed all the same
     */
    @Override
    public void close() {
        if (!gate.shut()) {
            gate.awaitDone();
            return;
        }
        gate.awaitEmpty();
        int result = libc.close(number);
        gate.done();
        // EINTR: Linux has closed the descriptor before it could be interrupted, see close(2).
        if (result < 0 && result != -Errnos.EINTR) {
            throw new KernelCallException(Failure.during("close a file descriptor")
                    .because("the kernel closed it, but reported an error")
                    .path(name)
                    .errno(Errnos.of(-result)));
        }
    }

    @Override
    public String toString() {
        return name + (isOpen() ? "" : " (closed)");
    }
}
