// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.Failure;

/** Whether the devices of an IOMMU group could be opened now. */
public enum GroupState {
    /** They could. */
    VIABLE,
    /** The kernel uses one of them itself. */
    NOT_VIABLE,
    /** One of them is open. */
    IN_USE;

    /**
     * Asks the kernel, by opening the group for a moment, which has no effect on its devices.
     *
     * @param libc the C library
     * @param path the group's file: {@code /dev/vfio/5}
     * @return what it answers
     * @throws org.deviceaccess.spi.error.PermissionDeniedException if the file may not be opened
     * @throws org.deviceaccess.spi.error.DeviceNotFoundException if there is no such file
     * @throws org.deviceaccess.spi.error.DeviceAccessException for whatever else the kernel says
     */
    public static GroupState of(LibC libc, String path) {
        int result = libc.open(path, Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        if (result == -Errnos.EBUSY) {
            return IN_USE;
        }
        if (result < 0) {
            throw KernelErrors.of(result, Failure.during("open the IOMMU group").path(path));
        }
        try (Fd fd = new Fd(libc, result, path);
                VfioGroup group = new VfioGroup(libc, fd)) {
            VfioGroup.Status status = group.status();
            if (status.inContainer()) {
                return IN_USE;
            }
            return status.viable() ? VIABLE : NOT_VIABLE;
        }
    }
}
