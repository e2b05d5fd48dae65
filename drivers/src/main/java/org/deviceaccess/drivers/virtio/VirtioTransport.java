// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtio device on PCI: its life from reset to {@code DRIVER_OK} (virtio 1.2, 3.1), its queues and its configuration. What a
 * driver of any type of virtio device stands on.
 *
 * <p>Used in the order {@link #reset}, {@link #negotiate}, {@link #createQueue} for each queue, {@link #start}, and at the end
 * {@link #shutDown}. To bring a device back: {@code reset}, {@code negotiate}, {@link #renewQueue} for each, {@code start}.
 *
 * <p>{@link #check}, {@link #trouble}, {@link #allocate}, {@link #free} and the methods that name something are for any thread,
 * the rest for one at a time. All that touch the device throw {@link DeviceLostException} if it is gone, where they look for
 * that, and {@link IllegalStateException} if it is closed. Sizes and places are in bytes; all registers are little-endian.
 */
public final class VirtioTransport {
    /** The vector of a queue that raises no message (linux/virtio_pci.h, VIRTIO_MSI_NO_VECTOR). */
    public static final int NO_VECTOR = CommonConfiguration.NO_VECTOR;

    private static final Logger LOG = LoggerFactory.getLogger(VirtioTransport.class);
    private static final String SET_UP = "set up";
    static final String DEFECTIVE = "Reset the device; if it stays so, it is defective";

    private final DeviceAccess device;
    private final PciStructures structures;
    private final CommonConfiguration common;
    private final Duration timeout;
    private final List<DmaBuffer> memory = new ArrayList<>(); // guarded by itself
    private long features;

    /**
     * Finds the structures of a device, and does nothing to it.
     *
     * @param device the open device; the driver has claimed it
     * @param timeout how long a reset may take
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if it is a legacy device, of virtio before 1.0
     * @throws MalformedDeviceException if a structure that a device must have is missing, or does not lie in a BAR
     */
    public VirtioTransport(DeviceAccess device, Duration timeout) {
        this.device = device;
        this.structures = PciStructures.find(device);
        this.common =
                new CommonConfiguration(structures.common(), device.address().toString());
        this.timeout = timeout;
    }

    /**
     * Returns whether a device is a virtio device of a type, by the id that virtio 1 gives it (4.1.2).
     *
     * @param type the type, as chapter 5 counts them and linux/virtio_ids.h names them
     */
    public static boolean matches(DeviceIdentity identity, int type) {
        return VirtioType.matchesModern(identity, type);
    }

    /** Returns what a driver of a virtio device needs: configuration space, where the BARs are told, and DMA of 64 bits. */
    public static DriverNeeds needs() {
        return VirtioType.needs();
    }

    /** Returns the name of the device, for messages. */
    public String name() {
        return device.address().toString();
    }

    /** Returns the open device. */
    public DeviceAccess device() {
        return device;
    }

    /** Returns how long the device may take for what it is asked. */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Resets the device: it forgets its queues, and reaches memory no more (2.4, 4.1.4.3.2).
     *
     * @throws DeviceTimeoutException if the reset does not end; then it is not known what the device still does
     */
    public void reset() {
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
     * @param wanted a mask of the feature bits that the driver can use, beyond those of {@link Features} that concern the
     *     transport
     * @return what was agreed on, as a mask of feature bits
     * @throws MalformedDeviceException if it does not offer VIRTIO_F_VERSION_1
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if its DMA would go past the IOMMU
     *     (VIRTIO_F_ACCESS_PLATFORM), or if it does not work with the features
     */
    public long negotiate(long wanted) {
        features = new Negotiation(device, common).agree(wanted);
        return features;
    }

    /** Returns whether a feature, as a mask of one bit, was agreed on. */
    public boolean has(long feature) {
        return (features & feature) != 0;
    }

    /** Returns how many queues the device has. */
    public int queues() {
        return common.queues();
    }

    /**
     * Makes a queue in fresh memory and tells the device (4.1.5.1.3). Between {@link #negotiate} and {@link #start}, once for
     * each queue; the memory is the transport's, and goes back with {@link #shutDown} or {@link #releaseMemory}.
     *
     * @param number which queue, 0 to {@link #queues} - 1
     * @param most how many descriptors it has at the most, a power of two up to 32,768
     * @param vector its MSI-X vector, of {@link QueueInterrupts#vector}, or {@link #NO_VECTOR}
     * @return the queue, of as many descriptors as both sides can have
     * @throws MalformedDeviceException if there is no such queue, it is enabled already, or its place for notifications lies
     *     outside of the structure for them
     * @throws DeviceFaultException if the device has no room for the vector
     * @throws org.deviceaccess.spi.error.DeviceAccessException as {@link org.deviceaccess.spi.dma.DmaSupport#allocate} does
     */
    public Virtqueue createQueue(int number, int most, int vector) {
        return new QueueSetup(this, structures, common).create(number, most, vector);
    }

    /**
     * Empties a queue, which the device has forgotten in a reset, and tells the device of it again. Between {@link #negotiate}
     * and {@link #start}; what was under way in it is lost.
     *
     * @param queue a queue of {@link #createQueue}
     * @param vector its MSI-X vector, of {@link QueueInterrupts#vector}, or {@link #NO_VECTOR}
     * @throws MalformedDeviceException if there is no such queue any more, or it is enabled already
     * @throws DeviceFaultException if it is smaller than it was, or the device has no room for the vector
     */
    public void renewQueue(Virtqueue queue, int vector) {
        new QueueSetup(this, structures, common).renew(queue, vector);
    }

    /**
     * Lets the device work: all queues are there.
     *
     * @throws DeviceFaultException if it does not
     */
    public void start() {
        common.ignoreConfigurationChanges();
        common.setStatus(CommonConfiguration.ACKNOWLEDGE
                | CommonConfiguration.DRIVER
                | CommonConfiguration.FEATURES_OK
                | CommonConfiguration.DRIVER_OK);
        check(SET_UP);
    }

    /**
     * Allocates memory for the device, which {@link #shutDown}, {@link #releaseMemory} or {@link #free} gives back.
     *
     * @param size in bytes
     * @throws org.deviceaccess.spi.error.DeviceAccessException as {@link org.deviceaccess.spi.dma.DmaSupport#allocate} does
     */
    public DmaBuffer allocate(long size, DmaConstraints constraints) {
        DmaBuffer buffer = device.dma().allocate(size, constraints);
        synchronized (memory) {
            memory.add(buffer);
        }
        return buffer;
    }

    /** Gives memory back that the device does not know any more. */
    public void free(DmaBuffer buffer) {
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
    public void shutDown() {
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
    public void releaseMemory() {
        synchronized (memory) {
            memory.forEach(DmaBuffer::close);
            memory.clear();
        }
    }

    /** Shuts down after something failed, and returns the failure. */
    public RuntimeException giveUp(RuntimeException cause) {
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
     * @throws DeviceLostException if it is gone
     * @throws DeviceFaultException if it has failed or was reset
     */
    public void check(String operation) {
        String trouble = trouble(operation);
        if (trouble != null) {
            throw new DeviceFaultException(Failure.during(operation + " of " + name())
                    .because(trouble)
                    .remedy("Close the driver and attach anew, which resets the device"));
        }
    }

    /**
     * Returns why the device does not work any more, or {@code null} if it does. Reads one register.
     *
     * @param operation what is tried, in the infinitive, with the device as what follows it
     * @throws DeviceLostException if it is gone
     */
    public @Nullable String trouble(String operation) {
        int status = common.status(operation);
        if ((status & CommonConfiguration.NEEDS_RESET) != 0) {
            return "it says that it needs a reset (DEVICE_NEEDS_RESET)";
        }
        boolean works = (status & CommonConfiguration.DRIVER_OK) != 0;
        return works ? null : "it was reset behind the driver's back (DRIVER_OK is 0)";
    }

    /** Makes the exception for a device that is not what it was; the detail says what has changed. */
    public DeviceFaultException changed(String detail) {
        return new DeviceFaultException(Failure.during("bring back " + name() + " after a reset")
                .because("it is another device now: " + detail)
                .remedy("Close the driver and attach anew"));
    }

    /** Returns the ISR status, which reading clears; the device lowers its line with it (4.1.4.5). */
    public int takeIsr() {
        return structures.isr().read8(0);
    }

    /**
     * Reads the device's own configuration, once more if it changed meanwhile (2.5.3).
     *
     * @param length how many bytes of it are read at the most
     * @param reader reads it, perhaps several times; the window's offsets count from its start
     * @throws MalformedDeviceException if the structure is missing or shorter
     * @throws DeviceFaultException if it changes whenever it is read
     */
    public <T> T configuration(int length, Function<Window, T> reader) {
        return common.readStable(structures.specific(), length, reader);
    }
}
