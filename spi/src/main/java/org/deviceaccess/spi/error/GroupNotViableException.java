// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * Another member of the device's IOMMU group is bound to a kernel driver, so the group cannot be given to user
 * space; the message names all members and their drivers.
 *
 * @see ErrorCode#GROUP_NOT_VIABLE
 */
public final class GroupNotViableException extends DeviceAccessException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception from the facts. */
    public GroupNotViableException(Failure failure) {
        super(ErrorCode.GROUP_NOT_VIABLE, failure);
    }
}
