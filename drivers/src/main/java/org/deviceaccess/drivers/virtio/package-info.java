// SPDX-License-Identifier: Apache-2.0

/**
 * Drivers of virtio devices on PCI, after the Virtual I/O Device Specification 1.2 (OASIS). Applications see them as
 * {@link org.deviceaccess.spi.block.BlockDevice}, {@link org.deviceaccess.spi.network.NetworkPort} and
 * {@link org.deviceaccess.spi.entropy.EntropySource}.
 *
 * <p>How the parts go together:
 *
 * <ul>
 *   <li>{@code PciStructures} finds out from the capabilities where the device's registers are, each structure of them a
 *       {@link org.deviceaccess.drivers.virtio.Window}; {@code CommonConfiguration} is the one that all devices have.
 *   <li>{@link org.deviceaccess.drivers.virtio.VirtioTransport} is the life of a device: reset, features, queues, and the memory that it may use.
 *   <li>{@link org.deviceaccess.drivers.virtio.Virtqueue} is a queue in memory, and the one place where what the device answers is checked.
 *   <li>{@link org.deviceaccess.drivers.virtio.QueueInterrupts} is how threads sleep until a queue has something for them.
 * </ul>
 *
 * <p>Transport, queues and interrupts are public: a driver of another type of virtio device stands on them.
 */
package org.deviceaccess.drivers.virtio;
