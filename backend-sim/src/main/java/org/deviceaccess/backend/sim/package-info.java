// SPDX-License-Identifier: Apache-2.0

/**
 * The backend {@code sim}: simulated devices behind a simulated IOMMU, in pure Java on any operating system.
 *
 * <p>{@code sim:NAME} opens a new, powered-on device of the model {@code NAME}. Every open is a device of its own: two
 * opens of {@code sim:edu} share nothing, so a simulated device is never busy. Models are found as
 * {@link org.deviceaccess.backend.sim.model.DeviceModelProvider}.
 *
 * <h2>What is simulated</h2>
 *
 * <p>The bus: memory decoding, bus mastering and the interrupt disable bit of the command register do what they do on
 * hardware; an access to a device whose decoding is off, or that was removed, throws
 * {@link org.deviceaccess.spi.error.DeviceLostException}. The IOMMU: the device reaches what is mapped, in the direction
 * it is mapped for, and nothing else; what it tries beyond is refused and recorded. Interrupts: INTx is a level and
 * masked when it fires, messages are counted exactly. Devices work by themselves, on a thread of their own, so a driver
 * has to wait for them.
 *
 * <h2>Testing drivers</h2>
 *
 * <p>{@link org.deviceaccess.backend.sim.Simulation}, obtained with
 * {@link org.deviceaccess.spi.DeviceAccess#unwrap}, shows what the device did wrong and makes it misbehave.
 */
package org.deviceaccess.backend.sim;
