// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;

/**
 * The driver of virtio network devices (virtio 1.2, 5.1). Immutable and safe for use by any thread.
 *
 * <p>It needs configuration space and DMA, and uses an interrupt of any kind but MSI if there is one.
 */
public final class VirtioNetworkDriverProvider implements DriverProvider {
    /** How long the device may take for a reset or a command unless said otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Deadline.DEFAULT;

    /** How many descriptors each queue has at the most unless said otherwise. */
    public static final int DEFAULT_DESCRIPTORS = 256;

    /** How many buffers there are for packets unless said otherwise. */
    public static final int DEFAULT_BUFFERS = 1024;

    private static final int MOST_DESCRIPTORS = 32_768;
    private static final int MOST_BUFFERS = 1 << 20;

    private final Duration timeout;
    private final int descriptors;
    private final int buffers;

    /** Makes the driver with its defaults. */
    public VirtioNetworkDriverProvider() {
        this(DEFAULT_TIMEOUT, DEFAULT_DESCRIPTORS, DEFAULT_BUFFERS);
    }

    private VirtioNetworkDriverProvider(Duration timeout, int descriptors, int buffers) {
        this.timeout = timeout;
        this.descriptors = descriptors;
        this.buffers = buffers;
    }

    /**
     * Returns the driver with another deadline for what the device is waited for, and for sending a packet while the link is
     * up: a device that takes longer is reset.
     *
     * @param limit how long it may take, more than zero and at most a year
     * @throws IllegalArgumentException if the time is out of range
     */
    public VirtioNetworkDriverProvider withTimeout(Duration limit) {
        return new VirtioNetworkDriverProvider(Deadline.checked(limit), descriptors, buffers);
    }

    /**
     * Returns the driver with queues of another length, if the device can have them so long.
     *
     * @param count how many descriptors each queue has at the most, a power of two up to 32,768
     * @throws IllegalArgumentException if the number is not such a power of two
     */
    public VirtioNetworkDriverProvider withDescriptors(int count) {
        if (Integer.bitCount(count) != 1 || count < 1 || count > MOST_DESCRIPTORS) {
            throw new IllegalArgumentException(count + " descriptors are not a power of two up to " + MOST_DESCRIPTORS);
        }
        return new VirtioNetworkDriverProvider(timeout, count, buffers);
    }

    /**
     * Returns the driver with another number of buffers. Those with which the receive queue is filled are among them, and
     * those of packets that wait to be sent: there are enough with three times as many as a queue has descriptors.
     *
     * @param count how many buffers of 1,984 bytes, 1 to 1,048,576
     * @throws IllegalArgumentException if the number is out of range
     */
    public VirtioNetworkDriverProvider withBuffers(int count) {
        if (count < 1 || count > MOST_BUFFERS) {
            throw new IllegalArgumentException(count + " buffers are not 1 to " + MOST_BUFFERS);
        }
        return new VirtioNetworkDriverProvider(timeout, descriptors, count);
    }

    @Override
    public String name() {
        return "virtio-net";
    }

    @Override
    public Class<VirtioPort> type() {
        return VirtioPort.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return VirtioType.NETWORK.matches(identity);
    }

    @Override
    public DriverNeeds needs() {
        return QueueInterrupts.addTo(VirtioType.needs());
    }

    @Override
    public VirtioPort attach(DeviceAccess device) {
        return device.claim(name()).hold(claim -> VirtioPort.attach(device, claim, timeout, descriptors, buffers));
    }
}
