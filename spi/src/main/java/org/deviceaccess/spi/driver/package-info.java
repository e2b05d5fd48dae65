// SPDX-License-Identifier: Apache-2.0

/**
 * Drivers: what turns registers, interrupts and DMA into something an application can use.
 *
 * <p>A driver depends on this module alone and runs unchanged over every backend. It is found with
 * {@link java.util.ServiceLoader} as a {@link org.deviceaccess.spi.driver.DriverProvider}, which says which devices it
 * is for and what it needs of device and backend. {@link org.deviceaccess.spi.driver.Drivers} finds the driver for a
 * device, checks the needs, and attaches it.
 *
 * <p>A driver trusts its device with nothing: every wait has a deadline
 * ({@link org.deviceaccess.spi.error.DeviceTimeoutException}), and an answer that the device's specification does not
 * allow is reported ({@link org.deviceaccess.spi.error.DeviceFaultException}), never used.
 */
package org.deviceaccess.spi.driver;
