// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import org.deviceaccess.spi.pci.PciId;
import org.jspecify.annotations.Nullable;

/**
 * What a device is.
 *
 * @param name the device in the words of its bus or model: {@code 0000:00:10.0}, {@code uio3}, {@code edu}
 * @param pci what it says it is, or {@code null} if it is not a PCI device
 * @param numaNode the NUMA node it is attached to, or -1 where that is not known
 */
public record DeviceIdentity(String name, @Nullable PciId pci, int numaNode) {}
