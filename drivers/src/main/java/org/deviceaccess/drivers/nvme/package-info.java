// SPDX-License-Identifier: Apache-2.0

/**
 * The driver of NVMe solid-state disks (NVM Express Base Specification 1.4, PCI class 01.08.02).
 *
 * <p>Applications ask for {@link org.deviceaccess.spi.block.BlockDevice};
 * {@link org.deviceaccess.drivers.nvme.NvmeDevice} has besides what only NVMe has.
 *
 * <pre>{@code
 * try (DeviceAccess device = Devices.open("vfio:0000:00:12.0");
 *         NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class);
 *         DmaBuffer buffer = disk.allocate(4096);
 *         BlockQueue queue = disk.openQueue(32, Waiting.POLLING)) {
 *     queue.submitRead(0, 8, buffer, 0, 1);
 *     queue.await(Duration.ofSeconds(1), (token, status, code) -> ...);
 * }
 * }</pre>
 */
package org.deviceaccess.drivers.nvme;
