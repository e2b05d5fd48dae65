// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RecoveringPort} needs of a network card: its rings and its registers. Written for each kind of card.
 *
 * <p>The port sees to who calls when, so that an implementation needs no lock:
 *
 * <ul>
 *   <li><i>receiving</i>: {@link #receive}, {@link #isReady}, {@link #refill}, {@link #arm} and {@link #disarm}, one thread at
 *       a time;
 *   <li><i>sending</i>: {@link #send} and {@link #reclaim}, one thread at a time;
 *   <li><i>control</i>: {@link #apply}, {@link #trouble} and {@link #statistics}, one thread at a time;
 *   <li><i>quiet</i>: {@link #halt}, {@link #discard}, {@link #start} and {@link #shutDown}, while nobody is in any of the
 *       three above;
 *   <li>the rest is for any thread at any time.
 * </ul>
 *
 * <p>Its methods throw {@link org.deviceaccess.spi.error.DeviceLostException} if the device is gone, and
 * {@link IllegalStateException} if the device is closed.
 */
public interface PacketCard {
    /** Returns the card's own address. */
    MacAddress mac();

    /** Returns the state of the link. */
    LinkState link();

    /** Returns the length of the longest packet in bytes. */
    int maxPacketLength();

    /** Returns the buffers, the same pool for as long as the driver is attached. */
    PacketPool pool();

    /**
     * Receiving: moves packets that have arrived to a batch, and gives the device free buffers instead.
     *
     * @return how many packets were moved
     * @throws org.deviceaccess.spi.error.DeviceFaultException as {@link org.deviceaccess.spi.network.NetworkPort#receive}
     */
    int receive(PacketBatch batch);

    /** Receiving: returns whether {@link #receive} has something to give or to report. */
    boolean isReady();

    /**
     * Receiving: gives the device free buffers of the pool.
     *
     * @return whether it has as many now as it has room for
     */
    boolean refill();

    /**
     * Receiving: has the device raise an interrupt for the next packet, if there is one to be had.
     *
     * @return whether there is a packet already, for which none may be raised
     */
    boolean arm();

    /**
     * Sleeps until an interrupt, called behind {@link #arm} by the thread that called it, which then calls {@link #disarm}.
     * Comes back early for any reason: where there is no interrupt after a short pause, and when a reset of the device took
     * the interrupts away.
     *
     * @param nanos how long to sleep at the most, in nanoseconds, more than 0
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if {@link #wake} was called
     */
    void await(long nanos) throws InterruptedException;

    /** Receiving: has the device raise nothing any more. */
    void disarm();

    /** Wakes who sleeps in {@link #await}, and lets nobody sleep there again. */
    void wake();

    /**
     * Sending: hands packets to the device, from the front of a batch, as many as there is room for.
     *
     * @return how many
     * @throws IllegalArgumentException if one has a length that it must not have; none was taken
     */
    int send(PacketBatch batch);

    /**
     * Sending: gives the buffers of sent packets back to the pool.
     *
     * @return how many packets are not sent
     */
    int reclaim();

    /** Control: says which packets are received. */
    void apply(ReceiveFilter filter);

    /** Control: returns what was counted since the driver was attached, over all resets. */
    NetworkStatistics statistics();

    /**
     * Control: returns why the device does not work any more, as half a sentence about it, or {@code null} if it does.
     *
     * @param operation what is tried, such as {@code receive packets}
     */
    @Nullable
    String trouble(String operation);

    /**
     * Quiet: brings the device to rest from any state: it reaches memory no more and raises nothing.
     *
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if it does not come to rest; then it is not known what it
     *     still does
     */
    void halt();

    /** Quiet, when the device is at rest: gives all buffers that it had back to the pool. */
    void discard();

    /** Quiet, when the device is at rest and has no buffer: brings it into use with empty rings. */
    void start(ReceiveFilter filter);

    /**
     * Quiet: brings the device to rest for good, and gives its memory back. Where it does not come to rest, the memory is
     * left to the closing of the device, which stops its DMA first.
     *
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if it does not come to rest
     */
    void shutDown();
}
