// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.util.List;
import org.deviceaccess.spi.Finding;

/** Looks at one thing of the machine, and changes nothing. */
@FunctionalInterface
public interface Examination {
    /**
     * Looks.
     *
     * @param machine where to look
     * @return what was found
     * @throws org.deviceaccess.spi.error.DeviceAccessException if it cannot be looked at
     */
    List<Finding> look(Machine machine);
}
