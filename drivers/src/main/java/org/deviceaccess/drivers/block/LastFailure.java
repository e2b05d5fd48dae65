// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.ResetFailedException;

/**
 * Why a disk is of no use any more, until a driver is attached anew.
 *
 * @param name the device's name
 * @param cause what happened
 */
record LastFailure(String name, DeviceAccessException cause) {
    /** Returns the exception for who uses the disk now. */
    DeviceAccessException exception() {
        if (cause instanceof DeviceLostException) {
            return new DeviceLostException(Failure.during("use " + name)
                    .because(cause.detail())
                    .remedy("Close the device; when it is back, open it again")
                    .cause(cause));
        }
        return new ResetFailedException(Failure.during("use " + name)
                .because("it could not be brought back: " + cause.detail())
                .remedy("Close the driver, reset the device, and attach anew")
                .cause(cause));
    }
}
