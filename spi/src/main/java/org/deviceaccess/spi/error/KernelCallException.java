// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * A system call failed in a way that no other class describes. Open for extension by backends on other platforms.
 *
 * @see ErrorCode#KERNEL_CALL
 */
public class KernelCallException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public KernelCallException(Failure failure) {
        super(ErrorCode.KERNEL_CALL, failure);
    }
}
