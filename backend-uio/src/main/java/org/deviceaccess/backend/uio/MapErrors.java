// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.nio.file.Files;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.sysfs.KernelLockdown;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.PermissionDeniedException;

/** Why a region cannot be opened or mapped: what the kernel answers means different things for different files. */
final class MapErrors {
    private MapErrors() {}

    /**
     * Returns the error of a region.
     *
     * @param device the device
     * @param source what serves the region
     * @param pageSize in bytes
     * @param error what was thrown
     */
    static DeviceAccessException explain(
            UioDevice device, UioRegionTable.Source source, long pageSize, DeviceAccessException error) {
        if (error.errno() == null) {
            return error;
        }
        Failure failure = Failure.during(error.operation())
                .because(error.detail())
                .path(String.valueOf(error.path()))
                .errno(error.errno())
                .cause(error);
        return switch (error.errno().number()) {
            case Errnos.EPERM -> notPermitted(device, failure, error);
            case Errnos.ENODEV, Errnos.ENXIO -> notThere(device, source, pageSize, failure, error);
            default -> error;
        };
    }

    private static DeviceAccessException notPermitted(UioDevice device, Failure failure, DeviceAccessException error) {
        KernelLockdown lockdown = new KernelLockdown(device.sysfs());
        return lockdown.restricting().isPresent()
                ? new PermissionDeniedException(lockdown.explain(failure, error.detail()))
                : error;
    }

    private static DeviceAccessException notThere(
            UioDevice device,
            UioRegionTable.Source source,
            long pageSize,
            Failure failure,
            DeviceAccessException error) {
        if (!Files.isDirectory(device.directory())) {
            return error; // it is lost
        }
        if (!(source instanceof UioRegionTable.Source.Pages pages)
                || pages.file().isPresent()) {
            return new DeviceLostException(failure.because(
                            "the kernel knows " + device.name() + ", but what it is made of is gone or about to go")
                    .remedy("Close the device; when it is back, open it again"));
        }
        int index = (int) (pages.offset() / pageSize);
        long start = device.maps(pageSize).stream()
                .filter(map -> map.index() == index)
                .mapToLong(UioMap::address)
                .findFirst()
                .orElse(0);
        // uio_mmap_physical of drivers/uio/uio.c
        if (start % pageSize != 0) {
            return new MalformedDeviceException(failure.because("the device's driver in the kernel says that map"
                            + index
                            + " starts at 0x" + Long.toHexString(start) + ", which is in the middle of a page, and the"
                            + " kernel maps whole pages")
                    .remedy("The driver has to give the start of the page as addr, and the rest as offset; report it to"
                            + " its authors, with: grep . " + device.directory() + "/name " + device.directory()
                            + "/maps/*/*"));
        }
        return new KernelCallException(failure.because(
                        "the device is there, so its driver in the kernel does not let map" + index + " be mapped")
                .remedy("The kernel's log may tell, as root: dmesg | tail"));
    }
}
