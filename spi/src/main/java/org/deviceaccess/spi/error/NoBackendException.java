// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * No provider can open the device as it is bound now; the message holds every provider's verdict, reason and
 * remedy.
 *
 * @see ErrorCode#BACKEND_NONE
 */
public final class NoBackendException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public NoBackendException(Failure failure) {
        super(ErrorCode.BACKEND_NONE, failure);
    }
}
