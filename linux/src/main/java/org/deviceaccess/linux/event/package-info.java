// SPDX-License-Identifier: Apache-2.0

/**
 * Waiting for descriptors that count events: eventfds that the kernel increments for an interrupt, UIO devices.
 *
 * <h2>How a thread waits</h2>
 *
 * <p>{@link org.deviceaccess.linux.event.EventWaits} polls three things at once: the descriptor of the vector, or an epoll
 * instance that has those of all vectors, one
 * eventfd that closing makes ready for ever, and one eventfd of the waiting thread itself, which
 * {@link java.lang.Thread#interrupt} writes. The last one and the memory for the call make a {@code Waiter}; idle ones
 * are kept, so that a wait allocates nothing.
 *
 * <p>A virtual thread must not be blocked inside a native call, as its carrier would be blocked with it. It arms the
 * descriptor in an epoll instance and parks; one platform thread waits for that instance. Events are taken by the thread
 * that reports them, never by the one that polls, so an event is not lost when a thread is interrupted or its time is
 * over: it is passed on to the next that is parked.
 *
 * <h2>How events are counted</h2>
 *
 * <p>{@link org.deviceaccess.linux.event.EventCounter} takes the count out of a descriptor. The kernel, or one atomic
 * variable, makes sure that of several threads exactly one gets each event.
 */
package org.deviceaccess.linux.event;
