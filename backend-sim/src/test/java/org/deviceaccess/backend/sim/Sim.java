// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.List;
import java.util.Map;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;

/** Opens simulated devices for tests. */
final class Sim {
    private Sim() {}

    static DeviceAccess open(String model) {
        return open(model, Map.of());
    }

    static DeviceAccess open(String model, Map<String, String> options) {
        return open(new SimProvider(), model, options);
    }

    static DeviceAccess open(DeviceModelProvider provider) {
        return open(provider, Map.of());
    }

    static DeviceAccess open(DeviceModelProvider provider, Map<String, String> options) {
        return open(new SimProvider(List.of(provider)), provider.name(), options);
    }

    private static DeviceAccess open(SimProvider provider, String model, Map<String, String> options) {
        DeviceAddress address = new DeviceAddress("sim", model, options);
        return provider.open(address, Options.of("sim", provider.options(), options));
    }
}
