// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.util.List;
import org.deviceaccess.linux.vfio.VfioNodes;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceAccessException;

/**
 * A file below {@code /dev} that opening has no effect on a device, and that a backend cannot do without. It is opened
 * for a moment: only the kernel knows who may.
 */
public enum DeviceNode implements Examination {
    /** What VFIO's containers are opened from. */
    VFIO_CONTAINER;

    @Override
    public List<Finding> look(Machine machine) {
        String topic = machine.dev().resolve("vfio/vfio").toString();
        try {
            VfioNodes.openContainer(machine.libc().get(), machine.sysfs(), topic)
                    .close();
            return List.of(new Finding(topic, Severity.OK, "can be opened", null));
        } catch (DeviceAccessException refusal) {
            if (refusal.errno() == null) {
                throw refusal; // it could not even be tried
            }
            return List.of(new Finding(
                    topic, Severity.PROBLEM, refusal.detail() + " (" + refusal.errno() + ")", refusal.remedy()));
        }
    }
}
