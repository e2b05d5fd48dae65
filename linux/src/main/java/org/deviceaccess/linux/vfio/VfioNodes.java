// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelFeatureMissingException;

/**
 * Opens VFIO's files below {@code /dev}, and says why one is not there: sysfs tells a kernel that lacks something from a
 * process that sees another {@code /dev}.
 */
public final class VfioNodes {
    private VfioNodes() {}

    /**
     * Opens a container, which has no effect on any device.
     *
     * @param libc the C library
     * @param sysfs what the kernel says that it has
     * @param path {@code /dev/vfio/vfio}
     * @throws KernelFeatureMissingException if the kernel has none
     * @throws DeviceNotFoundException if the kernel has it, and this process sees a {@code /dev} without it
     * @throws org.deviceaccess.spi.error.PermissionDeniedException if it may not be opened
     */
    public static Fd openContainer(LibC libc, Sysfs sysfs, String path) {
        Failure failure = Failure.during("open the VFIO container").path(path);
        int result = libc.open(path, Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        if (result < 0) {
            throw isMissing(result)
                    ? containerMissing(sysfs, failure.errno(Errnos.of(-result)))
                    : KernelErrors.of(result, failure);
        }
        return new Fd(libc, result, path);
    }

    private static DeviceAccessException containerMissing(Sysfs sysfs, Failure failure) {
        Path device = sysfs.path("class/misc/vfio");
        if (Files.isDirectory(device)) {
            return notInDev(sysfs, device, failure);
        }
        if (isVfioThere(sysfs)) {
            return new KernelFeatureMissingException(failure.because(
                            "the kernel has VFIO, but was built without its" + " containers (CONFIG_VFIO_CONTAINER)")
                    .remedy("Use a kernel with CONFIG_VFIO_CONTAINER and CONFIG_VFIO_GROUP"));
        }
        return new KernelFeatureMissingException(
                failure.because("the kernel module vfio is not loaded, or the kernel was built without VFIO")
                        .remedy(RootCommands.forThisUser("modprobe vfio-pci")));
    }

    static boolean isMissing(int result) {
        return result == -Errnos.ENOENT || result == -Errnos.ENODEV || result == -Errnos.ENXIO;
    }

    private static boolean isVfioThere(Sysfs sysfs) {
        return Files.isDirectory(sysfs.path("module/vfio"))
                || Files.isDirectory(sysfs.path("class/vfio-dev"))
                || Files.isDirectory(sysfs.path("class/vfio"));
    }

    /** Returns why there is no file of a group, of which a member is bound to vfio-pci. */
    static DeviceAccessException groupMissing(VfioTarget target, Failure failure) {
        Sysfs sysfs = target.sysfs();
        Path classes = sysfs.path("class/vfio");
        Path group = classes.resolve(target.groupName());
        if (Files.isDirectory(group)) {
            return notInDev(sysfs, group, failure);
        }
        if (!Files.isDirectory(classes) && Files.isDirectory(sysfs.path("class/vfio-dev"))) {
            return new KernelFeatureMissingException(
                    failure.because("the kernel has VFIO, but was built without its groups (CONFIG_VFIO_GROUP)")
                            .remedy("Use a kernel with CONFIG_VFIO_CONTAINER and CONFIG_VFIO_GROUP"));
        }
        return new DeviceNotBoundException(failure.because("the group has no file, so no member of it is bound to"
                        + " vfio-pci any more, or this process sees a /dev without it (a container)")
                .remedy("Bind the device to vfio-pci; in a container, pass " + target.groupPath() + " to it"));
    }

    private static DeviceNotFoundException notInDev(Sysfs sysfs, Path device, Failure failure) {
        String path = String.valueOf(failure.path());
        String number = sysfs.textIfPresent(device.resolve("dev")).orElse("MAJOR:MINOR");
        return new DeviceNotFoundException(failure.because("the kernel has it (" + number
                        + "), but this process sees a /dev without it, or with a file of another number (a container, or"
                        + " no udev)")
                .remedy("Pass it to the container: docker run --device " + path + "; or make the file, as root: mknod "
                        + path + " c " + number.replace(':', ' ')));
    }
}
