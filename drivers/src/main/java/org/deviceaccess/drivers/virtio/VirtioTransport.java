// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtio device on PCI: its life from reset to {@code DRIVER_OK} (virtio 1.2, 3.1), its queues and its configuration.
 *
 * <p>Used in the order {@link #reset}, {@link #negotiate}, {@link #createQueue} for each queue, {@link #start}; after that
 * {@link #check} is for any thread, the rest for one at a time.
 */
final class VirtioTransport {
    private static final Logger LOG = LoggerFactory.getLogger(VirtioTransport.class);
    private static final int MOST_DESCRIPTORS = 32_768;
    private static final int MOST_TRIES = 1000;
    private static final String SET_UP = "set up";
    private static final String DEFECTIVE = "Reset the device; if it stays so, it is defective";

    private final DeviceAccess device;
    private final PciStructures structures;
    private final CommonConfiguration common;
    private final Duration timeout;
    private final List<DmaBuffer> memory = new ArrayList<>(); // guarded by itself
    private long features;

    /**
     * Finds the structures of a device, and does nothing to it.
     *
     * @param timeout how long a reset may take
     */
    VirtioTransport(DeviceAccess device, Duration timeout) {
        this.device = device;
        this.structures = PciStructures.find(device);
        this.common =
                new CommonConfiguration(structures.common(), device.address().toString());
        this.timeout = timeout;
    }

    /** Returns the name of the device, for messages. */
    String name() {
        return device.address().toString();
    }

    DeviceAccess device() {
        return device;
    }

    /** Returns how long the device may take for what it is asked. */
    Duration timeout() {
        return timeout;
    }

    /**
     * Resets the device: it forgets its queues, and reaches memory no more (2.4, 4.1.4.3.2).
     *
     * @throws DeviceTimeoutException if the reset does not end; then it is not known what the device still does
     */
    void reset() {
        String operation = "reset the state";
        common.status(operation);
        common.setStatus(0);
        if (!Poll.until(() -> common.status(operation) == 0, timeout.toNanos())) {
            throw new DeviceTimeoutException(Failure.during(operation + " of " + name())
                    .because("the device status is still " + "0x" + Integer.toHexString(common.status(operation))
                            + " after " + timeout.toMillis() + " ms")
                    .remedy(DEFECTIVE));
        }
    }

    /**
     * Agrees with the device, which was reset, on features (3.1.1, steps 2 to 6).
     *
     * @param wanted what the driver can use beyond what all drivers here do
     * @return what was agreed on
     */
    long negotiate(long wanted) {
        features = new Negotiation(device, common).agree(wanted);
        return features;
    }

    /** Returns whether a feature was agreed on. */
    boolean has(long feature) {
        return (features & feature) != 0;
    }

    /** Returns how many queues the device has. */
    int queues() {
        return common.queues();
    }

    /**
     * Makes a queue in fresh memory and tells the device (4.1.5.1.3).
     *
     * @param number which queue
     * @param most how many descriptors it has at the most, a power of two
     * @param vector its MSI-X vector, or {@link CommonConfiguration#NO_VECTOR}
     * @return the queue, of as many descriptors as both sides can have
     */
    Virtqueue createQueue(int number, int most, int vector) {
        common.select(number);
        int size = Math.min(most, Integer.highestOneBit(largestSize(number)));
        long notifyOffset = common.queueNotifyOffset() * structures.notifyMultiplier();
        if (notifyOffset + Short.BYTES > structures.notifications().length()) {
            throw new MalformedDeviceException(creating(number)
                    .because("it is to be notified at " + notifyOffset + " of a structure of "
                            + structures.notifications().length() + " bytes")
                    .remedy(DEFECTIVE));
        }
        DmaBuffer buffer = allocate(Virtqueue.memory(size), DmaConstraints.NONE.withAlignment(Virtqueue.DESCRIPTOR));
        Virtqueue queue = new Virtqueue(
                name(), number, buffer, size, has(Features.EVENT_IDX), structures.notifications(), notifyOffset);
        enable(queue, vector);
        return queue;
    }

    /**
     * Empties a queue, which the device has forgotten in a reset, and tells the device of it again.
     *
     * @param vector its MSI-X vector, or {@link CommonConfiguration#NO_VECTOR}
     */
    void renewQueue(Virtqueue queue, int vector) {
        common.select(queue.number());
        if (largestSize(queue.number()) < queue.size()) {
            throw changed("the queue " + queue.number() + " is smaller than it was");
        }
        queue.clear();
        enable(queue, vector);
    }

    private int largestSize(int number) {
        int largest = common.queueSize();
        if (largest == 0 || largest > MOST_DESCRIPTORS || common.isQueueEnabled()) {
            throw new MalformedDeviceException(creating(number)
                    .because(
                            largest == 0
                                    ? "the device has no such queue"
                                    : "its size is " + largest + ", or it is enabled after a reset")
                    .remedy(DEFECTIVE));
        }
        return largest;
    }

    private void enable(Virtqueue queue, int vector) {
        common.setQueueSize(queue.size());
        if (!common.setQueueVector(vector)) {
            throw new DeviceFaultException(creating(queue.number())
                    .because("the device has no room for its MSI-X vector " + vector)
                    .remedy("Open the device over a backend without MSI-X, or use polling"));
        }
        queue.disarm();
        common.enableQueue(queue.descriptorAddress(), queue.availableAddress(), queue.usedAddress());
    }

    private Failure creating(int number) {
        return Failure.during("create the queue " + number + " of " + name());
    }

    /** Lets the device work: all queues are there. */
    void start() {
        common.ignoreConfigurationChanges();
        common.setStatus(CommonConfiguration.ACKNOWLEDGE
                | CommonConfiguration.DRIVER
                | CommonConfiguration.FEATURES_OK
                | CommonConfiguration.DRIVER_OK);
        check(SET_UP);
    }

    /** Allocates memory for the device, which {@link #shutDown} or {@link #free} gives back. */
    DmaBuffer allocate(long size, DmaConstraints constraints) {
        DmaBuffer buffer = device.dma().allocate(size, constraints);
        synchronized (memory) {
            memory.add(buffer);
        }
        return buffer;
    }

    /** Gives memory back that the device does not know any more. */
    void free(DmaBuffer buffer) {
        buffer.close();
        synchronized (memory) {
            memory.remove(buffer);
        }
    }

    /**
     * Resets the device for the last time, and gives all memory back. Where the device does not come to rest, its memory is
     * left to the closing of the device, which stops its DMA first.
     *
     * @throws DeviceTimeoutException if the reset does not end
     */
    void shutDown() {
        try {
            reset();
            releaseMemory();
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
            // Otherwise the device's own closing has done all of it.
        } catch (DeviceLostException e) {
            LOG.warn("{} was lost before its driver was closed: {}", name(), e.getMessage());
        }
    }

    /** Gives all memory back; the device must be at rest. */
    void releaseMemory() {
        synchronized (memory) {
            memory.forEach(DmaBuffer::close);
            memory.clear();
        }
    }

    /** Shuts down after something failed, and returns the failure. */
    RuntimeException giveUp(RuntimeException cause) {
        try {
            shutDown();
        } catch (RuntimeException again) {
            cause.addSuppressed(again);
        }
        return cause;
    }

    /**
     * Throws if the device does not work any more: is gone, has failed, or was reset behind the driver's back.
     *
     * @param operation what is tried, in the infinitive, with the device as what follows it
     */
    void check(String operation) {
        String trouble = trouble(operation);
        if (trouble != null) {
            throw new DeviceFaultException(Failure.during(operation + " of " + name())
                    .because(trouble)
                    .remedy("Close the driver and attach anew, which resets the device"));
        }
    }

    /** Returns why the device does not work any more, or {@code null} if it does. */
    @Nullable
    String trouble(String operation) {
        int status = common.status(operation);
        if ((status & CommonConfiguration.NEEDS_RESET) != 0) {
            return "it says that it needs a reset (DEVICE_NEEDS_RESET)";
        }
        boolean works = (status & CommonConfiguration.DRIVER_OK) != 0;
        return works ? null : "it was reset behind the driver's back (DRIVER_OK is 0)";
    }

    /** Makes the exception for a device that is not what it was. */
    DeviceFaultException changed(String detail) {
        return new DeviceFaultException(Failure.during("bring back " + name() + " after a reset")
                .because("it is another device now: " + detail)
                .remedy("Close the driver and attach anew"));
    }

    /** Returns the ISR status, which reading clears; the device lowers its line with it (4.1.4.5). */
    int takeIsr() {
        return structures.isr().read8(0);
    }

    /**
     * Reads the device's own configuration, once more if it changed meanwhile (2.5.3).
     *
     * @param length how many bytes of it are read
     */
    <T> T configuration(int length, Function<Window, T> reader) {
        Window window = structures.specific();
        if (window == null || window.length() < length) {
            throw new MalformedDeviceException(Failure.during("read the configuration of " + name())
                    .because("the structure is " + (window == null ? 0 : window.length()) + " bytes long and not "
                            + length)
                    .remedy(DEFECTIVE));
        }
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            int before = common.generation();
            T value = reader.apply(window);
            if (common.generation() == before) {
                return value;
            }
        }
        throw new DeviceFaultException(Failure.during("read the configuration of " + name())
                .because("it changes whenever it is read")
                .remedy(DEFECTIVE));
    }
}
