// SPDX-License-Identifier: Apache-2.0
/**
 * The technology compatibility kit: proves that a backend does what the SPI promises.
 *
 * <p>{@link org.deviceaccess.tck.Tck#run} opens a device through {@link org.deviceaccess.spi.Devices}, reads from the
 * device what it claims, tries every requirement of the {@linkplain org.deviceaccess.tck.spec.Specification
 * specification} that applies, and returns a {@link org.deviceaccess.tck.report.TckReport}.
 * {@link org.deviceaccess.tck.Tck#dynamicTests} does the same inside a JUnit test of another project.
 *
 * <p>What applies is never the choice of the one who runs the kit: it follows from
 * {@link org.deviceaccess.spi.DeviceAccess#capabilities()}, the same claims that applications see.
 */
package org.deviceaccess.tck;
