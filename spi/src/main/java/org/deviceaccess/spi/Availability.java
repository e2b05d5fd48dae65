// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Whether a provider can open a device, and if not, why not. */
public sealed interface Availability {
    /**
     * The provider can open the device as it is now.
     *
     * @param trust the trust level the device would have
     */
    record Available(TrustLevel trust) implements Availability {}

    /**
     * The provider cannot open the device as it is now.
     *
     * @param reason the code of the error that opening it would throw
     * @param detail what is in the way, with the values concerned
     * @param remedy what to do about it, or {@code null} where nothing can be advised
     */
    record Unavailable(
            ErrorCode reason, String detail, @Nullable String remedy) implements Availability {
        /** Returns the verdict that an error amounts to. */
        public static Unavailable of(DeviceAccessException error) {
            StringBuilder detail =
                    new StringBuilder(error.detail().isEmpty() ? error.code().title() : error.detail());
            if (error.path() != null) {
                detail.append(" [").append(error.path()).append(']');
            }
            if (error.errno() != null) {
                detail.append(" [errno ").append(error.errno()).append(']');
            }
            return new Unavailable(error.code(), detail.toString(), error.remedy());
        }
    }
}
