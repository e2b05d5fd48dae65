// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one failure, from which every {@link DeviceAccessException} is made.
 *
 * <pre>{@code
 * throw new DeviceBusyException(Failure.during("open the IOMMU group")
 *         .because("group 5 is in use by another process")
 *         .path("/dev/vfio/5")
 *         .errno(new Errno(16, "EBUSY"))
 *         .remedy("Stop the process that holds it: fuser -v /dev/vfio/5"));
 * }</pre>
 *
 * @param operation what was tried, in the infinitive: "open the IOMMU group"
 * @param detail what happened, with the values concerned; one or more sentences, without a full stop
 * @param path the file, device node or address concerned, or {@code null} where there is none
 * @param errno the kernel's answer, or {@code null} where no system call was involved
 * @param remedy what to do about it, as precise as can be said; {@code null} where nothing can be advised
 * @param cause the exception underneath, or {@code null}
 */
public record Failure(
        String operation,
        String detail,
        @Nullable String path,
        @Nullable Errno errno,
        @Nullable String remedy,
        @Nullable Throwable cause)
        implements Serializable {

    /**
     * Starts the description of a failure.
     *
     * @param operation what was tried, in the infinitive
     * @return a failure that knows its operation only
     */
    public static Failure during(String operation) {
        return new Failure(operation, "", null, null, null, null);
    }

    /** Returns this failure with what happened. */
    public Failure because(String detail) {
        return new Failure(operation, detail, path, errno, remedy, cause);
    }

    /** Returns this failure with the file, device node or address concerned. */
    public Failure path(String path) {
        return new Failure(operation, detail, path, errno, remedy, cause);
    }

    /** Returns this failure with the kernel's answer. */
    public Failure errno(Errno errno) {
        return new Failure(operation, detail, path, errno, remedy, cause);
    }

    /** Returns this failure with what to do about it. */
    public Failure remedy(String remedy) {
        return new Failure(operation, detail, path, errno, remedy, cause);
    }

    /** Returns this failure with the exception underneath. */
    public Failure cause(Throwable cause) {
        return new Failure(operation, detail, path, errno, remedy, cause);
    }

    /** Returns the text of the exception: code, operation, detail, path, errno and remedy, on one or two lines. */
    String message(ErrorCode code) {
        StringBuilder text = new StringBuilder(code.id()).append(": cannot ").append(operation);
        if (!detail.isEmpty()) {
            text.append(": ").append(detail);
        }
        if (path != null) {
            text.append(" [").append(path).append(']');
        }
        if (errno != null) {
            text.append(" [errno ").append(errno).append(']');
        }
        if (remedy != null) {
            text.append(System.lineSeparator()).append("  remedy: ").append(remedy);
        }
        return text.toString();
    }
}
