// SPDX-License-Identifier: Apache-2.0

/**
 * Devices without an IOMMU, through the no-IOMMU mode of Linux VFIO.
 *
 * <p>Registers, interrupts, configuration space and reset are those of VFIO, see {@code org.deviceaccess.linux.vfio}. DMA
 * is with physical addresses, see {@code org.deviceaccess.linux.physical}, and nothing checks it. When a process dies
 * without closing its device, the kernel takes the process's memory back before it stops the device: a driver should
 * stop its device's DMA as soon as it can.
 */
package org.deviceaccess.backend.vfio.noiommu;
