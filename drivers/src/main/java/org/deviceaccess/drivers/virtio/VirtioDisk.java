// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.drivers.block.RecoveringDisk;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;

/**
 * A virtio block device that is ready for use (virtio 1.2, 5.2).
 *
 * <p>Safe for use by any thread. A request that is not done within {@link VirtioBlockDriverProvider#withTimeout} resets the
 * device, as virtio has no abort. The same happens when the device is reset by {@link DeviceAccess#reset}, when it says that it
 * needs a reset, and when it says that something is done which it was not asked for. See {@link RecoveringDisk} for what that
 * means to requests and queues.
 */
public final class VirtioDisk extends RecoveringDisk {
    VirtioDisk(VirtioDiskHardware hardware, DriverClaim claim) {
        super(hardware, claim);
    }
}
