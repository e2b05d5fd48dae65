// SPDX-License-Identifier: Apache-2.0

/**
 * PCI functions as sysfs shows them (Documentation/ABI/testing/sysfs-bus-pci, Documentation/PCI/sysfs-pci.rst), whether
 * or not anything has them open.
 */
package org.deviceaccess.linux.pci;
