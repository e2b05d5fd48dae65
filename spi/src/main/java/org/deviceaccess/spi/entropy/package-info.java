// SPDX-License-Identifier: Apache-2.0

/**
 * Entropy sources: devices that make random bytes.
 *
 * <p>An application asks for the class of device and never names a driver:
 *
 * <pre>{@code
 * try (DeviceAccess device = Devices.open("sim:virtio-rng");
 *         EntropySource source = Drivers.installed().attach(device, EntropySource.class)) {
 *     byte[] seed = source.bytes(32);
 * }
 * }</pre>
 */
package org.deviceaccess.spi.entropy;
