// SPDX-License-Identifier: Apache-2.0

/**
 * Block devices: disks and everything else that reads and writes numbered blocks of one size.
 *
 * <p>An application asks for the class of device and never names a driver:
 *
 * <pre>{@code
 * try (DeviceAccess device = Devices.open("sim:nvme?size=64M");
 *         BlockDevice disk = Drivers.installed().attach(device, BlockDevice.class);
 *         DmaBuffer buffer = disk.allocate(1 << 20)) {
 *     disk.read(0, 8, buffer, 0);
 * }
 * }</pre>
 *
 * <h2>Who owns a buffer</h2>
 *
 * <p>Data is read into and written from {@link org.deviceaccess.spi.dma.DmaBuffer}s, without a copy in between. The part
 * of a buffer that a command names belongs to the device from the moment of the call until the call returns or throws
 * (the methods of {@link org.deviceaccess.spi.block.BlockDevice}), or until the command's token is reported to a
 * {@link org.deviceaccess.spi.block.BlockCompletion} (those of {@link org.deviceaccess.spi.block.BlockQueue}). Meanwhile
 * it is neither used nor closed. It comes back also from a command that the device never finishes, which is reported once
 * the driver has made sure that the device touches the memory no more. Where the driver cannot, as not even a reset
 * works, the methods throw, the command is not reported, and the memory is safe once the device is closed.
 *
 * <h2>Two ways of use</h2>
 *
 * <p>{@link org.deviceaccess.spi.block.BlockDevice} itself is for any thread, one command after the other. A
 * {@link org.deviceaccess.spi.block.BlockQueue} belongs to one thread and has many commands under way; submitting and
 * completing allocate nothing.
 */
package org.deviceaccess.spi.block;
