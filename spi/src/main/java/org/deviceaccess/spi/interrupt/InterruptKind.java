// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.interrupt;

/** The ways in which a device can raise interrupts. */
public enum InterruptKind {
    /** A level-triggered line, possibly shared with other devices (PCI Local Bus Specification 3.0, 2.2.6). */
    INTX,
    /** Message signalled interrupts: memory writes of the device (PCI Local Bus Specification 3.0, 6.8.1). */
    MSI,
    /** Message signalled interrupts with a table of vectors (PCI Local Bus Specification 3.0, 6.8.2). */
    MSIX,
    /** The one interrupt of a UIO device whose kernel driver switches it, and knows what it is. */
    UIO
}
