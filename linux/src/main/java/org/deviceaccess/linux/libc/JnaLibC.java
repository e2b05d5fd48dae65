// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.NativeAccessException;
import org.jspecify.annotations.Nullable;

/** The C library of this process, called through JNA's direct mapping. */
public final class JnaLibC implements LibC {
    private static final Object LOCK = new Object();

    // The binding of native methods belongs to the class, so it is made once for the class. Not in a static
    // initialiser: that could fail only once, and every later attempt would get a NoClassDefFoundError instead.
    private static @Nullable JnaLibC bound;

    private JnaLibC() {}

    /**
     * Returns the C library, bound at the first call.
     *
     * @throws KernelFeatureMissingException if this is not 64-bit, little-endian Linux
     * @throws NativeAccessException if JNA can not be loaded; the message says what stopped it and what to do
     */
    public static LibC load() {
        synchronized (LOCK) {
            JnaLibC result = bound;
            if (result == null) {
                requireLinux();
                bind();
                result = new JnaLibC();
                bound = result;
            }
            return result;
        }
    }

    private static void requireLinux() {
        String system = System.getProperty("os.name", "");
        if (!system.toLowerCase(Locale.ROOT).equals("linux")
                || ValueLayout.ADDRESS.byteSize() != Long.BYTES
                || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new KernelFeatureMissingException(Failure.during("bind the C library")
                    .because("this is " + system + " on " + System.getProperty("os.arch")
                            + ", and the backend needs 64-bit, little-endian Linux")
                    .remedy("Use a backend that runs here, such as sim"));
        }
    }

    private static void bind() {
        try {
            Native.register(Calls.class, "c");
        } catch (LinkageError | IllegalCallerException e) {
            throw explain(e);
        }
    }

    /** Returns what to say of what JNA threw: its own text names the library, but not what to do. */
    static NativeAccessException explain(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = String.valueOf(root.getMessage());
        Failure failure = Failure.during("bind the C library").because(text).cause(thrown);
        Module jna = Native.class.getModule();
        if (root instanceof IllegalCallerException || text.contains("IllegalCallerException")) {
            return new NativeAccessException(failure.remedy(
                    "Start Java with --enable-native-access=" + (jna.isNamed() ? jna.getName() : "ALL-UNNAMED")));
        }
        String temporary = System.getProperty("jna.tmpdir", "~/.cache/JNA/temp or /tmp");
        return new NativeAccessException(failure.remedy("JNA unpacks its library to a temporary directory (" + temporary
                + "), which must be writable and not mounted noexec. Choose another one with -Djna.tmpdir=DIRECTORY, or"
                + " unpack it yourself, unzip -j jna-jpms-*.jar com/sun/jna/" + Platform.RESOURCE_PREFIX
                + "/libjnidispatch.so -d DIRECTORY, and start Java with -Djna.boot.library.path=DIRECTORY"));
    }

    @Override
    public int open(String path, int flags) {
        requireNoNul(path);
        int result;
        do {
            result = answer(Calls.open(path, flags));
        } while (result == -Errnos.EINTR);
        return result;
    }

    private static void requireNoNul(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path can not contain a NUL: " + path.replace("\0", "\\0"));
        }
    }

    @Override
    public int close(int fd) {
        return answer(Calls.close(fd));
    }

    @Override
    public int flock(int fd, int operation) {
        int result;
        do {
            result = answer(Calls.flock(fd, operation));
        } while (result == -Errnos.EINTR);
        return result;
    }

    @Override
    public int memfdCreate(String name, int flags) {
        requireNoNul(name);
        return answer(Calls.memfd_create(name, flags));
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        int result;
        do {
            result = answer(Calls.ioctl(fd, request, argument));
        } while (result == -Errnos.EINTR);
        return result;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return answer(Calls.mmap(address, length, protection, flags, fd, offset));
    }

    @Override
    public int munmap(long address, long length) {
        return answer(Calls.munmap(address, length));
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return answer(Calls.madvise(address, length, advice));
    }

    @Override
    public int mlock(long address, long length) {
        return answer(Calls.mlock(address, length));
    }

    @Override
    public int munlock(long address, long length) {
        return answer(Calls.munlock(address, length));
    }

    @Override
    public int eventfd(int initial, int flags) {
        return answer(Calls.eventfd(initial, flags));
    }

    @Override
    public int ppoll(long pollfds, long count, long timespec) {
        return answer(Calls.ppoll(pollfds, count, timespec, 0));
    }

    @Override
    public int epollCreate1(int flags) {
        return answer(Calls.epoll_create1(flags));
    }

    @Override
    public int epollCtl(int epfd, int operation, int fd, long event) {
        return answer(Calls.epoll_ctl(epfd, operation, fd, event));
    }

    @Override
    public int epollWait(int epfd, long events, int count, int milliseconds) {
        return answer(Calls.epoll_wait(epfd, events, count, milliseconds));
    }

    @Override
    public long read(int fd, long buffer, long count) {
        long result;
        do {
            result = answer(Calls.read(fd, buffer, count));
        } while (result == -Errnos.EINTR);
        return result;
    }

    @Override
    public long write(int fd, long buffer, long count) {
        long result;
        do {
            result = answer(Calls.write(fd, buffer, count));
        } while (result == -Errnos.EINTR);
        return result;
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        long result;
        do {
            result = answer(Calls.pread(fd, buffer, count, offset));
        } while (result == -Errnos.EINTR);
        return result;
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        long result;
        do {
            result = answer(Calls.pwrite(fd, buffer, count, offset));
        } while (result == -Errnos.EINTR);
        return result;
    }

    @Override
    public int getrlimit(int resource, long rlimit) {
        return answer(Calls.getrlimit(resource, rlimit));
    }

    @Override
    public int getpagesize() {
        return Calls.getpagesize();
    }

    // JNA keeps errno per thread from inside the call itself, so nothing that the JVM does in between can change it.
    private static int answer(int result) {
        return result == -1 ? -Native.getLastError() : result;
    }

    private static long answer(long result) {
        return result == -1 ? -Native.getLastError() : result;
    }

    /**
     * The functions as C declares them. open and ioctl are variadic there: on the Linux ABIs of x86-64 and AArch64 a
     * fixed number of integer arguments is passed the same way.
     */
    private static final class Calls {
        private Calls() {}

        static native int open(String path, int flags);

        static native int close(int fd);

        static native int flock(int fd, int operation);

        static native int memfd_create(String name, int flags);

        static native int ioctl(int fd, long request, long argument);

        static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

        static native int munmap(long address, long length);

        static native int madvise(long address, long length, int advice);

        static native int mlock(long address, long length);

        static native int munlock(long address, long length);

        static native int eventfd(int initial, int flags);

        static native int ppoll(long pollfds, long count, long timespec, long sigmask);

        static native int epoll_create1(int flags);

        static native int epoll_ctl(int epfd, int operation, int fd, long event);

        static native int epoll_wait(int epfd, long events, int count, int milliseconds);

        static native long read(int fd, long buffer, long count);

        static native long write(int fd, long buffer, long count);

        static native long pread(int fd, long buffer, long count, long offset);

        static native long pwrite(int fd, long buffer, long count, long offset);

        static native int getrlimit(int resource, long rlimit);

        static native int getpagesize();
    }
}
