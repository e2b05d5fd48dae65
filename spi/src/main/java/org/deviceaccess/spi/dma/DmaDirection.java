// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

/** What the device may do with a buffer. Enforced where there is an IOMMU that can. */
public enum DmaDirection {
    /** The device reads the memory. */
    TO_DEVICE,
    /** The device writes the memory. */
    FROM_DEVICE,
    /** The device reads and writes the memory. */
    BIDIRECTIONAL
}
