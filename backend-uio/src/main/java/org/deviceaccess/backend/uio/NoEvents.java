// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * UIO reports no events of a device but its interrupt.
 *
 * @param name the device, for errors
 * @param open whether it is open
 */
record NoEvents(String name, BooleanSupplier open) implements DeviceEvents {
    @Override
    public Set<DeviceEvent> kinds() {
        return Set.of();
    }

    @Override
    public Optional<DeviceEvent> await(Set<DeviceEvent> wanted, Duration timeout) {
        if (!open.getAsBoolean()) {
            throw new IllegalStateException(name + " is closed");
        }
        throw new UnsupportedCapabilityException(Failure.during("wait for an event of " + name)
                .because("UIO reports none")
                .remedy("DeviceEvents.kinds() tells before; the backend vfio reports errors and requests to release"));
    }
}
