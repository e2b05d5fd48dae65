// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A kernel module is not loaded or a feature is not built in.
 *
 * @see ErrorCode#KERNEL_FEATURE_ABSENT
 */
public final class KernelFeatureMissingException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public KernelFeatureMissingException(Failure failure) {
        super(ErrorCode.KERNEL_FEATURE_ABSENT, failure);
    }
}
