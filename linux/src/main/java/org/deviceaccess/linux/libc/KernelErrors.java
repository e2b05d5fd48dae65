// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.PermissionDeniedException;

/**
 * Turns error numbers into exceptions where they mean the same whatever the call. A caller for whom a number means
 * something else (a group that is not viable, a lack of locked memory) looks at it first.
 */
public final class KernelErrors {
    private KernelErrors() {}

    /**
     * Returns the exception for an error.
     *
     * @param result what the call answered, negative
     * @param failure operation and path, and a detail or remedy that are better than the general ones
     * @return an exception that carries the failure's facts and the error number
     * @throws IllegalArgumentException if the result is no error
     */
    public static DeviceAccessException of(long result, Failure failure) {
        if (result >= 0 || result < -4095) { // MAX_ERRNO of linux/err.h
            throw new IllegalArgumentException(result + " is no error of the kernel");
        }
        int number = (int) -result;
        Failure facts = failure.errno(Errnos.of(number));
        return switch (number) {
            case Errnos.EPERM, Errnos.EACCES -> new PermissionDeniedException(Permissions.explain(facts));
            case Errnos.EROFS ->
                new PermissionDeniedException(advise(
                        facts.because((facts.detail().isEmpty() ? "" : facts.detail() + "; ")
                                + "its file system is mounted read-only here, as /sys is in a container"),
                        "Outside of a container, as root: mount -o remount,rw /sys; a container needs to be started so"
                                + " that it may write there (docker run --privileged, or -v /sys:/sys)"));
            case Errnos.ENOENT -> new DeviceNotFoundException(advise(facts, "Check that the device is there"));
            case Errnos.EBUSY -> new DeviceBusyException(advise(facts, busy(facts)));
            case Errnos.ENODEV, Errnos.ENXIO ->
                new DeviceLostException(advise(facts, "Close the device; when it is back, open it again"));
            case Errnos.EMFILE ->
                new KernelCallException(advise(
                        facts,
                        "Raise the limit of open files of the shell that starts Java: ulimit -n \"$(ulimit -Hn)\""));
            case Errnos.ENFILE ->
                new KernelCallException(advise(
                        facts,
                        "Raise the system's limit of open files, with a NUMBER above what cat /proc/sys/fs/file-max says: "
                                + RootCommands.forThisUser("sysctl -w fs.file-max=NUMBER")));
            case Errnos.ENOMEM ->
                new KernelCallException(advise(
                        facts, "Free memory, or raise the limits of memory (ulimit -v, ulimit -l, sysctl vm.*)"));
            default -> new KernelCallException(facts);
        };
    }

    private static String busy(Failure failure) {
        return "Stop the process that uses it" + (failure.path() == null ? "" : ": fuser -v " + failure.path());
    }

    private static Failure advise(Failure failure, String remedy) {
        return failure.remedy() == null ? failure.remedy(remedy) : failure;
    }
}
