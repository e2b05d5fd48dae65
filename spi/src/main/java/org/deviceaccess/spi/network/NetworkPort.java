// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

import java.time.Duration;
import org.deviceaccess.spi.driver.Driver;

/**
 * One port of a network card, ready to receive and to send.
 *
 * <p>Safe for use by any thread; receiving and sending do not hold each other up. {@link #receive}, {@link #send} and
 * {@link #underWay} allocate nothing, and never wait but for a reset of the device.
 *
 * <p>A device that does not work any more is reset by the call that notices, of {@link #receive}, {@link #awaitPackets},
 * {@link #send}, {@link #underWay}, {@link #link} and {@link #setFilter}: one that sends none of the packets that are under way
 * for a time while the link is up, that says it has failed, or that was reset by others. That call then goes on as if nothing had
 * happened. What was under way is lost, and so is what had arrived and was not taken; the buffers of both are free again. The
 * filter stays as it was, and what was counted goes on. The time is the driver's time-out, by the clock, and counts only as
 * long as somebody calls one of these methods. Where the reset fails, or nothing is sent after several of them, the call throws
 * what went wrong, and all of them throw {@link org.deviceaccess.spi.error.DeviceFaultException} until the driver is closed;
 * buffers that the device may still be using stay with the port.
 *
 * <p>All methods throw {@link IllegalStateException} once the driver or the device is closed,
 * {@link org.deviceaccess.spi.error.DeviceLostException} if the device is gone, and
 * {@link org.deviceaccess.spi.error.DeviceFaultException} if it answers what it must not.
 */
public interface NetworkPort extends Driver {
    /** Returns the port's own address, as the card has it stored. */
    MacAddress mac();

    /** Returns the state of the link. Packets can be handed over while it is down, and are sent when it is up again. */
    LinkState link();

    /** Returns the length of the longest packet in bytes, from the Ethernet header to the end of the data. */
    int maxPacketLength();

    /** Returns the buffers of this port. */
    PacketPool pool();

    /**
     * Takes packets that have arrived, in the order they did. Their buffers belong to the batch, and the port takes free
     * ones of the pool in their place; while there is none it loses what arrives.
     *
     * @param batch a batch of this port's pool; packets are added behind those it has
     * @return how many were added, 0 if none has arrived or the batch has no room
     * @throws org.deviceaccess.spi.error.DeviceFaultException if the device described a packet that cannot be. The packet
     *     is dropped; those before it were returned and those behind it will be
     */
    int receive(PacketBatch batch);

    /**
     * Waits until a packet has arrived: by the device's interrupt where the backend delivers one, otherwise by looking
     * now and then. Meanwhile the device is given free buffers in place of those that packets had taken, also those that
     * come back to the pool while the thread waits. One thread at a time waits; a second one gets its turn when the first is done.
     *
     * @param timeout how long to wait at the most; zero or less looks once
     * @return whether {@link #receive} has something to give; false when the time is over
     * @throws InterruptedException if the thread is interrupted before or while it waits
     */
    boolean awaitPackets(Duration timeout) throws InterruptedException;

    /**
     * Hands packets to the device, in their order, as many as it has room for. These leave the batch, and their buffers
     * go back to the pool when they are sent. Short packets are padded with zeros to what Ethernet demands.
     *
     * @param batch a batch of this port's pool
     * @return how many were taken, from the front of the batch; 0 if there is no room at present
     * @throws IllegalArgumentException if a packet is shorter than an Ethernet header, 14 bytes, or longer than
     *     {@link #maxPacketLength()}; nothing was taken
     */
    int send(PacketBatch batch);

    /**
     * Gives the buffers of sent packets back to the pool.
     *
     * @return how many packets are not sent yet; 0 also when a reset of the device has dropped them
     */
    int underWay();

    /**
     * Says which packets are received; {@link ReceiveFilter#OWN} at the start.
     *
     * @param filter what is received from now on
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if the device has no filters; it then decides by
     *     itself what the port receives
     */
    void setFilter(ReceiveFilter filter);

    /** Returns what the port has counted. */
    NetworkStatistics statistics();

    /**
     * Stops receiving and sending, wakes a thread that waits, and gives everything back. Packets that are under way may be
     * sent or not. Can be called by any thread while others receive, send and wait, which then throw
     * {@link IllegalStateException}. When it returns the device reaches no buffer any more.
     */
    @Override
    void close();
}
