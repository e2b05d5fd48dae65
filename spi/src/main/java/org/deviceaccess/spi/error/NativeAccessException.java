// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The Java runtime refuses native access to the module that needs it, or its native support could not be loaded.
 *
 * @see ErrorCode#NATIVE_ACCESS_DENIED
 */
public final class NativeAccessException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public NativeAccessException(Failure failure) {
        super(ErrorCode.NATIVE_ACCESS_DENIED, failure);
    }
}
