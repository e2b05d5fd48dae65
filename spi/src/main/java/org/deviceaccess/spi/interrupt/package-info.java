// SPDX-License-Identifier: Apache-2.0

/**
 * Interrupts: being told by the device instead of asking it.
 *
 * <h2>Counting</h2>
 *
 * <p>Every vector counts exactly the events that reach it. A wait or a poll takes the whole count and leaves zero, so
 * each event is reported to exactly one caller, also when several threads wait on the same vector. Events that arrive
 * while nobody waits are kept.
 *
 * <p>How many events reach it is for the hardware to say. A message (MSI, MSI-X) that a device sends while the one
 * before has not been taken by a processor yet may become one with it: an interrupt controller remembers that a message
 * came, not how many did. What is certain is that an event is reported after the last message was sent, and that no
 * more are reported than were sent. So a driver takes an event as the word to look at the device, looks until it finds
 * nothing more, and never concludes from the count how much there is to do. A device that sends the next message only
 * after the driver has answered the one before is counted exactly, as are
 * {@link org.deviceaccess.spi.interrupt.InterruptVector#trigger} and everything of a simulated device.
 *
 * <h2>INTx</h2>
 *
 * <p>The kernel masks a level-triggered INTx line when it fires, as it would fire for ever otherwise. The driver makes
 * the device lower the line, by the device's own acknowledge register, and then calls
 * {@link org.deviceaccess.spi.interrupt.InterruptVector#unmask}. {@link org.deviceaccess.spi.interrupt.InterruptInfo}
 * says which kinds behave so.
 *
 * <h2>Threads and life time</h2>
 *
 * <p>All methods can be called by any thread. A wait ends at an event, at its deadline, by {@link Thread#interrupt},
 * or when the interrupts or their device are closed. A virtual thread that waits gives its carrier back. Waiting
 * allocates nothing on a platform thread after its first wait.
 */
package org.deviceaccess.spi.interrupt;
