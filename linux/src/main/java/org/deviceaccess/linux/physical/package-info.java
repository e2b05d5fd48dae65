// SPDX-License-Identifier: Apache-2.0

/**
 * DMA with physical addresses, for devices without an IOMMU.
 *
 * <p>Nothing checks what such a device reads and writes, so all depends on the addresses being right, and staying so.
 * Memory comes from hugepages, which the kernel does not swap out and does not move for its own convenience (it does
 * for memory hot-unplug and soft-offlining of failing memory); their addresses come from {@code /proc/self/pagemap}
 * (Documentation/admin-guide/mm/pagemap.rst) and are read again when a buffer is handed out. Memory is mapped shared,
 * so that a fork of the process does not give it a copy at another address.
 */
package org.deviceaccess.linux.physical;
