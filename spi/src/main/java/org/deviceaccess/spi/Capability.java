// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

/**
 * What a backend or an open device can do beyond regions and identity, which all have.
 *
 * <p>The compatibility kit proves claims in both directions: what is claimed must work, and what is not claimed must be
 * refused with {@link org.deviceaccess.spi.error.UnsupportedCapabilityException} or, for a kind of interrupt, with
 * {@link org.deviceaccess.spi.error.InterruptKindAbsentException}.
 */
public enum Capability {
    /** Configuration space can be read and written. */
    CONFIG_SPACE,
    /** Level-triggered line interrupts. */
    INTX,
    /** Message signalled interrupts. */
    MSI,
    /** Message signalled interrupts with a table. */
    MSIX,
    /** The interrupt of a UIO device whose kernel driver switches it. */
    UIO_INTERRUPT,
    /** Memory can be allocated for DMA. */
    DMA,
    /** Memory that the caller has can be mapped for DMA. */
    DMA_MAP,
    /** The device can be reset. */
    RESET,
    /** The device's owner is told when the system wants it back. */
    RELEASE_REQUEST,
    /** The device's owner is told of errors on the bus. */
    ERROR_EVENT
}
