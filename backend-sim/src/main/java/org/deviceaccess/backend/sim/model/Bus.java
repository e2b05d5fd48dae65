// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.model;

import java.lang.foreign.MemorySegment;

/**
 * What a device model can do to the rest of the world. Called only from inside the model's methods and from work that
 * {@link #later} runs.
 */
public interface Bus {
    /**
     * Reads memory by DMA.
     *
     * @param address the first byte as the device sees it, unsigned
     * @param into memory of the device that is filled; its length is the length of the transfer
     * @return whether it was done; if not, nothing was read and the fault is recorded: bus mastering is off, or not the
     *     whole range is mapped for reading by the device
     */
    boolean read(long address, MemorySegment into);

    /**
     * Writes memory by DMA. Writes become visible to other threads in the order they are made.
     *
     * @param address the first byte as the device sees it, unsigned
     * @param from memory of the device that is written; its length is the length of the transfer
     * @return whether it was done; if not, nothing was written and the fault is recorded: bus mastering is off, or not
     *     the whole range is mapped for writing by the device
     */
    boolean write(long address, MemorySegment from);

    /** Drives the INTx line: asserted or not. It is a level, so repeating it has no effect. */
    void line(boolean asserted);

    /** Returns whether MSI or MSI-X is enabled, so that the device sends messages and leaves its line alone. */
    boolean messagesEnabled();

    /**
     * Sends an MSI or MSI-X message, whichever is enabled. Without effect if neither is, if the vector is not enabled,
     * or if bus mastering is off.
     *
     * @param vector the vector's number, from 0
     */
    void message(int vector);

    /**
     * Runs work of the device after its latency, in the order it was asked for, unless the device is reset, hung,
     * removed or closed before.
     */
    void later(Runnable work);

    /**
     * Lets work run whenever something outside of the device asks for it, such as the other end of a cable. Called once,
     * at power-on.
     *
     * @param work run like that of {@link #later}, but without latency; asked for several times before it runs, it runs
     *     once
     * @return asks for the work; for any thread at any time, also one that is inside of another device. Never waits
     */
    Runnable onSignal(Runnable work);

    /**
     * Records that the device was told to do something it cannot do, and reports an error on the bus.
     *
     * @param what what it was, with the values concerned
     */
    void fault(String what);

    /**
     * Records that the driver did what the device's specification forbids. Nothing else follows from it: what the device
     * makes of it is the model's affair.
     *
     * @param what what it was, with the values concerned and the section of the specification
     */
    void forbidden(String what);
}
