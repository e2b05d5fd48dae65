// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.trace;

import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/** Runs all phases on an edu device, in a guest whose QEMU traces register accesses. */
final class AccessTraceProgram {
    private AccessTraceProgram() {}

    public static void main(String[] arguments) {
        try (DeviceAccess device = Devices.open(arguments[0])) {
            Region bar = device.region(RegionId.BAR0);
            for (Phase phase : Phase.values()) {
                bar.write32(Phase.LIVENESS, (int) Phase.mark(phase.ordinal()).value());
                phase.run(bar);
            }
            bar.write32(Phase.LIVENESS, (int) Phase.mark(Phase.values().length).value());
        }
    }
}
