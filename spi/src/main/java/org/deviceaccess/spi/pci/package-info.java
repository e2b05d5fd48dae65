// SPDX-License-Identifier: Apache-2.0

/**
 * PCI in general: addresses, identification, the configuration header and its capability lists.
 *
 * <p>Everything here works on values and on a {@link org.deviceaccess.spi.region.Region} of configuration space, so it
 * is the same over every backend. Capability lists come from the device and are not trusted: loops, links out of range
 * and reserved values end in an error, never in an endless loop.
 */
package org.deviceaccess.spi.pci;
