// SPDX-License-Identifier: Apache-2.0

/**
 * What drivers of disks have in common, whatever their device.
 *
 * <p>A driver makes a {@link org.deviceaccess.drivers.block.DiskHardware} of what its device does in its own way, and a
 * {@link org.deviceaccess.drivers.block.CommandRing} of its queues, and extends
 * {@link org.deviceaccess.drivers.block.RecoveringDisk} with them. It gets by that synchronous operations for any thread, queues
 * that belong to one thread each, deadlines, aborts, recovery by resets, and closing in two steps: first nobody is let into a
 * queue, then the device is brought to rest, and only then memory goes back and callers leave.
 *
 * <h2>How it fits together</h2>
 *
 * <p>A queue ({@code RecoveringQueue}) has its commands ({@code CommandsUnderWay}: {@code CommandSlots} for those that the
 * device has, {@code EndedCommands} for those to be reported) and its ring. It has no lock, but a gate ({@code QueueGate}).
 * {@code DiskRecovery} is the one who shuts the gates, stops the device and starts it ({@code DiskPower}) with all its queues,
 * and counts that; each queue sees by the count that its commands were lost. {@code SharedQueue} is a layer with a lock above
 * the queue of a device that has only one.
 */
package org.deviceaccess.drivers.block;
