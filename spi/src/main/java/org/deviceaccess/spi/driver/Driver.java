// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

/**
 * A driver that is attached to an open device.
 *
 * <p>The driver owns what it enabled and allocated, not the device: closing it quiesces the device (no DMA and no
 * interrupt is under way when {@link #close} returns), gives interrupts and DMA buffers back, and leaves the device open
 * for its owner. Closing the device first is allowed; the driver's methods then throw {@link IllegalStateException},
 * and closing the driver has no effect on the device.
 */
public interface Driver extends AutoCloseable {
    /** Quiesces the device and gives back what the driver obtained from it. Can be repeated without effect. */
    @Override
    void close();
}
