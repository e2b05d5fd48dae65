// SPDX-License-Identifier: Apache-2.0
/**
 * The backend {@code uio}: devices that a driver of Linux' UIO framework holds (Documentation/driver-api/uio-howto.rst).
 *
 * <h2>Regions</h2>
 *
 * <p>A memory map of the driver is mapped from {@code /dev/uioN}. One that is the range of a BAR is that BAR, so that
 * drivers need not know over which backend they run; a BAR in memory space without a map, which is what kernels have
 * whose uio_pci_generic exports none, is mapped from {@code resourceN} of sysfs. The kernel does not notice when the
 * device stops to decode memory; so switching decoding off through {@link org.deviceaccess.spi.region.RegionId#CONFIG}
 * takes the BARs out of the process until it is on again.
 *
 * <p>I/O ports inside a BAR are read and written through {@code resourceN} of sysfs, by 8, 16 or 32 bits: the kernel
 * makes one access to the port of each call. Other I/O ports go through {@code /dev/port}, by 8 bits only, as the
 * kernel divides longer calls into bytes (drivers/char/mem.c), which a device takes for accesses to several ports.
 *
 * <h2>Interrupts</h2>
 *
 * <p>A UIO device has one interrupt, counted by the kernel. Whether the driver switches it is found out by a
 * {@code write} of 0: a driver that has no such control answers ENOSYS, and then a PCI device's own INTx Disable bit is
 * used; one without an interrupt answers EIO.
 *
 * <h2>Memory</h2>
 *
 * <p>Without {@code unsafe=true} a device is kept from the bus: {@code COMMAND.MASTER}, Bus Master Enable of its command
 * register, is switched off when it is opened, whoever left it on, and a write of configuration space that would set it
 * is refused; that holds for messages, too, which are writes to memory. With {@code unsafe=true} it is off until a buffer
 * or the driver switches it on. When the device is closed it is off and stays off: what was there before opening does
 * not come back, and uio_pci_generic switches it off then as well. What nothing here can prevent: that another process
 * with the rights writes the file of sysfs, and that a device has a register in a BAR that writes its configuration
 * space.
 *
 * <p>A device that has no such bit, as it is not PCI, or that does not let it be cleared, may reach memory whenever it
 * wants. So it is opened with {@code unsafe=true} only.
 *
 * <p>The bit INTx Disable of the same register is the backend's and the kernel's, which mask the line with it. The driver
 * sees and writes a bit of its own, and the line is off if either side wants it off. Each write takes turns with the
 * backend's changes of the register.
 *
 * <h2>Removal</h2>
 *
 * <p>UIO asks nobody before it lets go of a device, and leaves what is mapped as it is. The loss is noticed by whoever
 * waits for the interrupt, masks it, or uses configuration space; from then on accesses to all regions throw
 * {@link org.deviceaccess.spi.error.DeviceLostException}. Closing such a device is no error.
 *
 * <h2>One user at a time</h2>
 *
 * <p>UIO lets a device be opened several times, though users take each other's interrupts, and whoever closes
 * uio_pci_generic's file switches bus mastering off for all. So the device's directory in sysfs is locked, and
 * {@code /dev/uioN} is opened only when nobody else has it open. Who opens a device and who only probes it take turns, by
 * a lock of the directory of the device itself, so that a probe is not taken for a user.
 */
package org.deviceaccess.backend.uio;
