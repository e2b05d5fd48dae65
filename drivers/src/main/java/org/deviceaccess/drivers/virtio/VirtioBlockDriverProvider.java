// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;

/**
 * The driver of virtio block devices (virtio 1.2, 5.2). Immutable and safe for use by any thread.
 *
 * <p>It needs configuration space and DMA. Interrupts of any kind but MSI are used by queues that wait by interrupt.
 */
public final class VirtioBlockDriverProvider implements DriverProvider {
    /** How long a request may take unless said otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Deadline.DEFAULT;

    /** How many queues of the device are used unless said otherwise; one of them is for synchronous operations. */
    public static final int DEFAULT_QUEUES = 17;

    private static final int MOST_QUEUES = 65_535;
    private static final int MOST_DESCRIPTORS = 1024;

    private final Duration timeout;
    private final int queues;

    /** Makes the driver with its defaults. */
    public VirtioBlockDriverProvider() {
        this(DEFAULT_TIMEOUT, DEFAULT_QUEUES);
    }

    private VirtioBlockDriverProvider(Duration timeout, int queues) {
        this.timeout = timeout;
        this.queues = queues;
    }

    /**
     * Returns the driver with another deadline for each request.
     *
     * @param limit how long a request may take, more than zero and at most a year
     * @throws IllegalArgumentException if the time is out of range
     */
    public VirtioBlockDriverProvider withTimeout(Duration limit) {
        return new VirtioBlockDriverProvider(Deadline.checked(limit), queues);
    }

    /**
     * Returns the driver with another number of queues to use, if the device has so many.
     *
     * @param count how many, 1 to 65,535
     * @throws IllegalArgumentException if the number is out of range
     */
    public VirtioBlockDriverProvider withQueues(int count) {
        if (count < 1 || count > MOST_QUEUES) {
            throw new IllegalArgumentException(count + " queues are not 1 to " + MOST_QUEUES);
        }
        return new VirtioBlockDriverProvider(timeout, count);
    }

    @Override
    public String name() {
        return "virtio-blk";
    }

    @Override
    public Class<VirtioDisk> type() {
        return VirtioDisk.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return VirtioType.BLOCK.matches(identity);
    }

    @Override
    public DriverNeeds needs() {
        return QueueInterrupts.addTo(VirtioType.needs());
    }

    @Override
    public VirtioDisk attach(DeviceAccess device) {
        return device.claim(name())
                .hold(claim -> new VirtioDisk(
                        new VirtioDiskHardware(new VirtioTransport(device, timeout), queues, MOST_DESCRIPTORS), claim));
    }
}
