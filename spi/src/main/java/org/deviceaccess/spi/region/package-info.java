// SPDX-License-Identifier: Apache-2.0

/**
 * Registers: the ranges of a device's address space that a driver reads and writes.
 *
 * <h2>Width and byte order</h2>
 *
 * <p>One call is one transaction of exactly the width its name says, never split, merged, repeated or left out. Values
 * are little-endian on the bus, as PCI defines; on the Java side they are plain numbers, so no driver ever swaps bytes.
 * An access must be naturally aligned: its offset is a multiple of its width.
 *
 * <h2>Ordering</h2>
 *
 * <p>Accesses of one thread to one device reach it in program order. A write is ordered after every earlier store of
 * the same thread to ordinary memory, so a descriptor that was filled in a DMA buffer is visible to the device that is
 * told of it by a doorbell. A read is ordered before every later load, so memory that the device wrote before it changed
 * the register is seen. Writes to memory space are posted: to know that one has arrived, read a register back.
 *
 * <h2>Threads and life time</h2>
 *
 * <p>Regions can be used by any thread; two threads that touch the same register get each an unbroken transaction, in
 * some order. A region lives as long as the device it was obtained from. An access that races the closing of the device
 * either happens wholly before it or throws {@link java.lang.IllegalStateException}.
 *
 * <h2>Trust</h2>
 *
 * <p>A device can be unplugged, or its memory decoding switched off, at any moment. An access that faults because of
 * that throws {@link org.deviceaccess.spi.error.DeviceLostException}; the JVM goes on. Note that many a PCI Express
 * root port answers reads of a vanished device with all ones instead.
 */
package org.deviceaccess.spi.region;
