// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.util.List;
import org.deviceaccess.drivers.block.RecoveringDisk;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;

/**
 * One namespace of an NVMe controller that is ready for use.
 *
 * <p>Safe for use by any thread. A command that is not done within {@link NvmeDriverProvider#withTimeout} is aborted; if it does
 * not end by that, the controller is reset. The same happens when the device is reset by {@link DeviceAccess#reset}, when the
 * controller reports a fatal error, and when it completes what is not under way. See {@link RecoveringDisk} for what that means
 * to commands and queues.
 */
public final class NvmeDevice extends RecoveringDisk {
    private final NvmeHardware hardware;

    NvmeDevice(NvmeHardware hardware, DriverClaim claim) {
        super(hardware, claim);
        this.hardware = hardware;
    }

    /** Returns what the controller says of itself. */
    public ControllerIdentity identity() {
        return hardware.identity();
    }

    /** Returns the version of the specification that the controller follows: {@code 1.4.0}. */
    public String version() {
        int version = hardware.registers().version();
        return (version >>> 16) + "." + (version >>> 8 & 0xff) + "." + (version & 0xff);
    }

    /** Returns the ids of the active namespaces, ascending; there may be more than the 1,024 that are listed. */
    public List<Integer> namespaces() {
        return execute(hardware::namespaces);
    }

    /** Returns the id of the namespace that this is. */
    public int namespace() {
        return hardware.namespace().id();
    }

    /** Returns the device's own account of its health (SMART). */
    public Health health() {
        return execute(hardware::health);
    }
}
