// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;

/**
 * A file below {@code /dev} that opening has no effect on a device, and that a backend cannot do without. It is opened
 * for a moment: only the kernel knows who may.
 *
 * @param name such as {@code vfio/vfio}
 * @param whenMissing what to type if there is none
 */
public record DeviceNode(String name, String whenMissing) implements Examination {
    /** What VFIO's containers are opened from. */
    public static final DeviceNode VFIO_CONTAINER = new DeviceNode("vfio/vfio", "modprobe vfio-pci");

    @Override
    public List<Finding> look(Machine machine) {
        Path path = machine.dev().resolve(name);
        String topic = path.toString();
        LibC libc = machine.libc().get();
        int result = libc.open(topic, Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        if (result >= 0) {
            new Fd(libc, result, topic).close();
            return List.of(new Finding(topic, Severity.OK, "can be opened", null));
        }
        if (result == -Errnos.ENOENT || result == -Errnos.ENODEV || result == -Errnos.ENXIO) {
            return List.of(new Finding(
                    topic, Severity.PROBLEM, "there is nothing behind it (" + Errnos.of(-result) + ")", whenMissing));
        }
        DeviceAccessException refusal =
                KernelErrors.of(result, Failure.during("open " + topic).path(topic));
        return List.of(new Finding(
                topic, Severity.PROBLEM, refusal.detail() + " (" + refusal.errno() + ")", refusal.remedy()));
    }
}
