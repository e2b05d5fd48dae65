// SPDX-License-Identifier: Apache-2.0

/**
 * Reaching devices: opening them, and what an open device offers.
 *
 * <h2>Who does what</h2>
 *
 * <p>An application names a device by a {@link org.deviceaccess.spi.DeviceAddress} and opens it with
 * {@link org.deviceaccess.spi.Devices}. A backend, found with {@link java.util.ServiceLoader} as a
 * {@link org.deviceaccess.spi.DeviceAccessProvider}, makes the {@link org.deviceaccess.spi.DeviceAccess}. A driver works
 * on that alone and does not know which backend it is.
 *
 * <h2>Life time</h2>
 *
 * <p>Everything obtained from a device dies with it: regions, interrupts, DMA buffers. Closing is one way and can be
 * repeated; it may happen from any thread and at any moment. In this order: new uses are refused; waiting threads are
 * woken and throw {@link java.lang.IllegalStateException}; interrupts are disabled; bus mastering is turned off; DMA
 * mappings are taken away and their memory given back; regions are unmapped; file descriptors are closed. Use after
 * close throws {@link java.lang.IllegalStateException} and never touches the device or memory. There is no shutdown hook:
 * when the JVM exits, the kernel closes the device.
 *
 * <h2>Threads</h2>
 *
 * <p>All types of this module that belong to an open device can be used by any thread. There is no global state: two
 * applications in one JVM can open different devices over different backends with different options.
 *
 * <h2>Trust</h2>
 *
 * <p>{@link org.deviceaccess.spi.DeviceAccess#trust()} tells what keeps the device from reaching memory that is not
 * meant for it. Without an IOMMU nothing does, and a backend that works so must be asked for with {@code unsafe=true}.
 */
package org.deviceaccess.spi;
