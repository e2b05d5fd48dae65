// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that DeviceAccess reports.
 *
 * <p>Each subclass is one condition and has one {@link ErrorCode}. Backends throw the subclasses of this package; a
 * third party may add subclasses for conditions of its own under {@link KernelCallException} only.
 *
 * <p>Instances are immutable.
 */
public abstract class DeviceAccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final Failure failure;

    /**
     * Makes an exception of one condition.
     *
     * @param code the condition
     * @param failure the facts
     */
    protected DeviceAccessException(ErrorCode code, Failure failure) {
        super(failure.message(code), failure.cause());
        this.code = code;
        this.failure = failure;
    }

    /** Returns the stable code of the condition. */
    public final ErrorCode code() {
        return code;
    }

    /** Returns what was tried, in the infinitive: "open the IOMMU group". */
    public final String operation() {
        return failure.operation();
    }

    /** Returns what happened, with the values concerned; empty where the condition says it all. */
    public final String detail() {
        return failure.detail();
    }

    /** Returns the file, device node or address concerned, or {@code null} where there is none. */
    public final @Nullable String path() {
        return failure.path();
    }

    /** Returns the kernel's answer, or {@code null} where no system call was involved. */
    public final @Nullable Errno errno() {
        return failure.errno();
    }

    /** Returns what to do about it, or {@code null} where nothing can be advised. */
    public final @Nullable String remedy() {
        return failure.remedy();
    }
}
