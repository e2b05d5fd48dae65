// SPDX-License-Identifier: Apache-2.0

/**
 * DMA: memory that the device reads and writes by itself.
 *
 * <h2>Addresses</h2>
 *
 * <p>A device does not see the addresses of the JVM. Behind an IOMMU it sees I/O virtual addresses (IOVA), which reach
 * exactly what was mapped; without one it sees physical addresses, which reach everything. Either way a driver takes
 * {@link org.deviceaccess.spi.dma.DmaBuffer#deviceAddress()} and hands it to the device.
 *
 * <h2>Negotiation</h2>
 *
 * <p>What the device can do (address bits, alignment, boundary, contiguity) is the driver's input,
 * {@link org.deviceaccess.spi.dma.DmaConstraints}; what the platform can do is
 * {@link org.deviceaccess.spi.dma.DmaLimits}. A request that both do not allow together is refused and the error names
 * the limit that clashed. Nothing is ever truncated.
 *
 * <h2>Life time and trust</h2>
 *
 * <p>A buffer lives until it or its device is closed. Closing takes the device's access away first and gives the memory
 * back afterwards. Use of the memory of a closed buffer throws {@link java.lang.IllegalStateException}. A driver stops
 * its device's use of a buffer before it closes the buffer: behind an IOMMU a late access is refused by the hardware,
 * without one it would hit memory that belongs to somebody else.
 *
 * <p>The first buffer of a device turns its bus mastering on, as does the first enabling of messages (MSI, MSI-X), which
 * are writes by the device; closing the device turns it off before any memory is given back.
 *
 * <h2>Ordering</h2>
 *
 * <p>DMA memory is ordinary, cache-coherent memory. Fields that the device polls are written with
 * {@code VarHandle.setRelease}, fields that it writes are read with {@code getAcquire}; register writes are ordered
 * after earlier stores by {@link org.deviceaccess.spi.region.Region} itself.
 */
package org.deviceaccess.spi.dma;
