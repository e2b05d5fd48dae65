// SPDX-License-Identifier: Apache-2.0

/**
 * The driver of Intel's 82574 network cards, after the Intel 82574 GbE Controller Family Datasheet. Applications see it as
 * {@link org.deviceaccess.spi.network.NetworkPort}.
 *
 * <p>The first queue of the card is used, with legacy descriptors, which have all that is needed for whole packets in one
 * buffer. How the parts go together:
 *
 * <ul>
 *   <li>{@code E1000eRegisters} is the register file; nothing else touches the BAR.
 *   <li>{@code Silicon} is what real cards need around a reset.
 *   <li>{@code Rest} resets the card and {@code Eeprom} knows its address; {@code Link}, {@code ReceiveAddresses} and
 *       {@code Counters} own one group of registers each.
 *   <li>{@code ReceiveRing} and {@code TransmitRing} are the rings in memory, each with one write of its tail register for
 *       a batch; {@code PacketInterrupt} is how a thread sleeps until there is something in the first.
 *   <li>{@code E1000eCard} puts them together, and {@link org.deviceaccess.drivers.e1000e.E1000ePort} is the card as a
 *       {@link org.deviceaccess.drivers.network.RecoveringPort}, which has the locks, the waiting and the recovery.
 * </ul>
 */
package org.deviceaccess.drivers.e1000e;
