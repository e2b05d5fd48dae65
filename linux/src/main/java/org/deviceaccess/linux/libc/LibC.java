// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

/**
 * The functions of the C library that DeviceAccess calls.
 *
 * <p>Every method answers as the kernel does: the result if it is 0 or greater, else the negated error number
 * ({@code -EBUSY}, see {@link Errnos}). Memory is handed over as addresses, and it is up to the caller that the memory
 * is valid and stays so during the call. Calls allocate nothing, {@link #open} and {@link #memfdCreate} excepted, and are safe for use by any
 * thread. They block the carrier of a virtual thread for as long as the kernel takes.
 *
 * <p>A call that a signal interrupts ({@code EINTR}) is made again by the implementation. The exceptions are
 * {@link #close}, which the kernel has carried out all the same, and {@link #ppoll} and {@link #epollWait}, whose
 * time-out the caller has to work out anew.
 */
public interface LibC {
    /**
     * Opens a file, {@code open(2)}.
     *
     * @param path the file; contains no NUL
     * @param flags see {@link Fcntl}
     * @return the descriptor
     * @throws IllegalArgumentException if the path contains a NUL
     */
    int open(String path, int flags);

    /** Closes a descriptor, {@code close(2)}. The descriptor is gone whatever is answered. */
    int close(int fd);

    /**
     * Locks a file against others who ask for its lock, {@code flock(2)}, until the descriptor is closed.
     *
     * @param fd the descriptor
     * @param operation see {@link Fcntl}
     */
    int flock(int fd, int operation);

    /**
     * Makes an empty file in memory, {@code memfd_create(2)}.
     *
     * @param name what it is called in {@code /proc}; contains no NUL
     * @param flags see {@link Mman}
     * @return the descriptor
     * @throws IllegalArgumentException if the name contains a NUL
     */
    int memfdCreate(String name, int flags);

    /**
     * Controls a device, {@code ioctl(2)}.
     *
     * @param fd the descriptor
     * @param request the command, 32 bits
     * @param argument a number, or the address of the structure that the command takes
     * @return what the command answers
     */
    int ioctl(int fd, long request, long argument);

    /**
     * Maps memory, {@code mmap(2)}.
     *
     * @param address a hint, or 0
     * @param length in bytes
     * @param protection see {@link Mman}
     * @param flags see {@link Mman}
     * @param fd the descriptor, or -1 for anonymous memory
     * @param offset into the file, in bytes, a multiple of the page size
     * @return the address
     */
    long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /** Removes a mapping, {@code munmap(2)}. */
    int munmap(long address, long length);

    /** Says how memory will be used, {@code madvise(2)}; see {@link Mman}. */
    int madvise(long address, long length, int advice);

    /** Locks memory into RAM, {@code mlock(2)}. */
    int mlock(long address, long length);

    /** Unlocks memory, {@code munlock(2)}. */
    int munlock(long address, long length);

    /**
     * Makes an event counter, {@code eventfd(2)}.
     *
     * @param initial the initial count, unsigned
     * @param flags see {@link EventFd}
     * @return the descriptor
     */
    int eventfd(int initial, int flags);

    /**
     * Waits for descriptors, {@code ppoll(2)} without a signal mask. Answers {@code -EINTR} if a signal interrupts it.
     *
     * @param pollfds an array of {@code struct pollfd}, see {@link Poll}
     * @param count its length
     * @param timespec a {@code struct timespec} of two longs, seconds and nanoseconds, or 0 to wait without limit
     * @return how many descriptors are ready, 0 when the time is over
     */
    int ppoll(long pollfds, long count, long timespec);

    /**
     * Makes a set of descriptors to wait for, {@code epoll_create1(2)}.
     *
     * @param flags see {@link Epoll}
     * @return the descriptor of the set
     */
    int epollCreate1(int flags);

    /**
     * Changes a set of descriptors, {@code epoll_ctl(2)}.
     *
     * @param epfd the set
     * @param operation see {@link Epoll}
     * @param fd the descriptor that is added, changed or removed
     * @param event a {@code struct epoll_event}, see {@link Epoll}
     */
    int epollCtl(int epfd, int operation, int fd, long event);

    /**
     * Waits for a set of descriptors, {@code epoll_wait(2)}. Answers {@code -EINTR} if a signal interrupts it.
     *
     * @param epfd the set
     * @param events an array of {@code struct epoll_event}, see {@link Epoll}, for those that are ready
     * @param count its length
     * @param milliseconds how long at the most; 0 looks once, -1 waits without limit
     * @return how many descriptors are ready, 0 when the time is over
     */
    int epollWait(int epfd, long events, int count, int milliseconds);

    /** Reads from where the descriptor is, {@code read(2)}. */
    long read(int fd, long buffer, long count);

    /** Writes to where the descriptor is, {@code write(2)}. */
    long write(int fd, long buffer, long count);

    /** Reads from an offset, {@code pread(2)}. */
    long pread(int fd, long buffer, long count, long offset);

    /** Writes at an offset, {@code pwrite(2)}. */
    long pwrite(int fd, long buffer, long count, long offset);

    /**
     * Asks for a limit of the process, {@code getrlimit(2)}.
     *
     * @param resource see {@link Rlimit}
     * @param rlimit a {@code struct rlimit} of two longs, soft and hard limit
     */
    int getrlimit(int resource, long rlimit);

    /** Returns the page size in bytes, {@code getpagesize(2)}. */
    int getpagesize();
}
