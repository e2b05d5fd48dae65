// SPDX-License-Identifier: Apache-2.0

/**
 * The driver for QEMU's educational device, PCI 1234:11e8 (QEMU, docs/specs/edu.rst).
 *
 * <p>The device computes factorials and copies memory by DMA, and tells by a status bit or by an interrupt when it is
 * done: the smallest device that has everything a driver deals with. This driver is the example to read before writing
 * another one.
 *
 * <pre>{@code
 * try (DeviceAccess device = Devices.open("sim:edu");
 *         EduDevice edu = Drivers.installed().attach(device, EduDevice.class)) {
 *     long result = edu.factorial(10, Completion.INTERRUPT);
 * }
 * }</pre>
 */
package org.deviceaccess.drivers.edu;
