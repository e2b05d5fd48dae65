// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The kernel refused for lack of permission or capability. Reported only after trying.
 *
 * @see ErrorCode#PERMISSION_DENIED
 */
public final class PermissionDeniedException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public PermissionDeniedException(Failure failure) {
        super(ErrorCode.PERMISSION_DENIED, failure);
    }
}
