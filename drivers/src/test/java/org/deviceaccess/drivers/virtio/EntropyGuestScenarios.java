// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.entropy.EntropySource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver does on the entropy source that QEMU emulates, over each backend the same. */
@Timeout(120)
abstract class EntropyGuestScenarios {
    private final String address;

    EntropyGuestScenarios(String prefix, String options) {
        address = prefix + "0000:00:16.0" + options;
    }

    @Test
    final void bytesDifferAndUseAllValues() throws InterruptedException {
        try (DeviceAccess device = Devices.open(address);
                EntropySource source = Drivers.installed().attach(device, EntropySource.class)) {
            byte[] bytes = source.bytes(10_000);
            Set<Byte> values = new HashSet<>();
            for (byte value : bytes) {
                values.add(value);
            }
            // That one of 256 values is not among 10,000 happens once in 10^14 times.
            assertEquals(256, values.size());
            Set<String> blocks = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                blocks.add(new String(source.bytes(16), StandardCharsets.ISO_8859_1));
            }
            assertEquals(100, blocks.size());
        }
    }

    @Test
    final void theDeviceIsAttachedAgainAndAgain() throws InterruptedException {
        try (DeviceAccess device = Devices.open(address)) {
            for (int round = 0; round < 5; round++) {
                try (EntropySource source = Drivers.installed().attach(device, EntropySource.class)) {
                    assertTrue(new BigInteger(source.bytes(32)).bitCount() > 0);
                }
            }
        }
    }
}
