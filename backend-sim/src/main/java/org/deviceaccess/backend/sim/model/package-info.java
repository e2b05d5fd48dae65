// SPDX-License-Identifier: Apache-2.0

/**
 * How a device model is written.
 *
 * <p>A {@link org.deviceaccess.backend.sim.model.DeviceModelProvider} makes a
 * {@link org.deviceaccess.backend.sim.model.DeviceModel} for every open. The model says what it looks like as a
 * {@link org.deviceaccess.backend.sim.model.PciFunction}, serves register accesses, and reaches the rest of the world
 * through the {@link org.deviceaccess.backend.sim.model.Bus} alone. It is never called by two threads at once, so it
 * needs no locks, and it owns no threads: what a device does by itself it asks the bus to run later.
 */
package org.deviceaccess.backend.sim.model;
