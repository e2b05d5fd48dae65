// SPDX-License-Identifier: Apache-2.0

/**
 * I/O virtual addresses (IOVA), for those who write a backend in front of an IOMMU: which addresses a buffer gets.
 *
 * <pre>{@code
 * IovaSpace space = new IovaSpace(limits.ranges());        // once for each device
 * IovaPlan plan = IovaPlan.of("allocate", size, constraints, limits);
 * long iova = space.take(plan, memory.address());          // then map memory there
 * List<DmaSegment> segments = plan.segments(iova);
 * space.giveBack(iova, plan.length());                     // when it is unmapped
 * }</pre>
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>All of {@link org.deviceaccess.spi.dma.DmaConstraints} and all of {@link
 *       org.deviceaccess.spi.dma.DmaLimits#ranges()} are kept, and no address is taken twice before it was given back.
 *   <li>Addresses that few bits reach are left to the devices that can drive no others, as long as others suit.
 *   <li>A buffer that holds a larger page of the IOMMU is placed so that the IOMMU can map it as such, as long as that
 *       suits the constraints.
 *   <li>A request is refused only where no one range of addresses suits it, with the errors of {@link
 *       org.deviceaccess.spi.dma.DmaSupport#allocate}, which name what clashed.
 *   <li>Taking and giving back take a time that grows with the logarithm of the number of gaps between mappings, and with
 *       how many different alignments and boundaries the device has asked for. The first request of an alignment looks at
 *       all gaps once; so does that of a pair of alignment and boundary, and again after 32 other such pairs.
 * </ul>
 *
 * <p>Backends need not use this package; the errors and the first three promises are then theirs to keep.
 */
package org.deviceaccess.spi.iova;
