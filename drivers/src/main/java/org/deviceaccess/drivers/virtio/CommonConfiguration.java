// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.util.function.Function;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.jspecify.annotations.Nullable;

/** The common configuration structure (virtio 1.2, 4.1.4.3; linux/virtio_pci.h, struct virtio_pci_common_cfg). */
final class CommonConfiguration {
    /** The length of the structure without the fields that only optional features have, in bytes. */
    static final int SIZE = 56;

    // Bits of the device status (2.1)
    static final int ACKNOWLEDGE = 1;
    static final int DRIVER = 2;
    static final int DRIVER_OK = 4;
    static final int FEATURES_OK = 8;
    static final int NEEDS_RESET = 64;
    static final int FAILED = 128;

    /** VIRTIO_MSI_NO_VECTOR. */
    static final int NO_VECTOR = 0xffff;

    private static final int DEVICE_FEATURE_SELECT = 0x00;
    private static final int DEVICE_FEATURE = 0x04;
    private static final int DRIVER_FEATURE_SELECT = 0x08;
    private static final int DRIVER_FEATURE = 0x0c;
    private static final int CONFIG_MSIX_VECTOR = 0x10;
    private static final int NUM_QUEUES = 0x12;
    private static final int DEVICE_STATUS = 0x14;
    private static final int CONFIG_GENERATION = 0x15;
    private static final int QUEUE_SELECT = 0x16;
    private static final int QUEUE_SIZE = 0x18;
    private static final int QUEUE_MSIX_VECTOR = 0x1a;
    private static final int QUEUE_ENABLE = 0x1c;
    private static final int QUEUE_NOTIFY_OFF = 0x1e;
    private static final int QUEUE_DESC = 0x20;
    private static final int QUEUE_DRIVER = 0x28;
    private static final int QUEUE_DEVICE = 0x30;

    private static final int ALL_ONES = 0xff;
    private static final int MOST_TRIES = 1000;
    private static final String READ = "read the configuration of ";

    private final Window window;
    private final String device;

    CommonConfiguration(Window window, String device) {
        this.window = window;
        this.device = device;
    }

    /**
     * Returns the device status, once it is certain that a device answers: two of its bits are reserved.
     *
     * @param operation what is tried, in the infinitive, with the device as what follows it
     */
    int status(String operation) {
        int status = window.read8(DEVICE_STATUS);
        if (status == ALL_ONES) {
            throw new DeviceLostException(Failure.during(operation + " of " + device)
                    .because("the register reads as all ones, which is how a device that is gone reads")
                    .remedy("Close the device; when it is back, open it again"));
        }
        return status;
    }

    void setStatus(int status) {
        window.write8(DEVICE_STATUS, status);
    }

    long deviceFeatures() {
        window.write32(DEVICE_FEATURE_SELECT, 0);
        long low = Integer.toUnsignedLong(window.read32(DEVICE_FEATURE));
        window.write32(DEVICE_FEATURE_SELECT, 1);
        return low | (long) window.read32(DEVICE_FEATURE) << Integer.SIZE;
    }

    void setDriverFeatures(long features) {
        window.write32(DRIVER_FEATURE_SELECT, 0);
        window.write32(DRIVER_FEATURE, (int) features);
        window.write32(DRIVER_FEATURE_SELECT, 1);
        window.write32(DRIVER_FEATURE, (int) (features >>> Integer.SIZE));
    }

    /** Lets changes of the configuration raise no message. */
    void ignoreConfigurationChanges() {
        window.write16(CONFIG_MSIX_VECTOR, NO_VECTOR);
    }

    int queues() {
        return window.read16(NUM_QUEUES);
    }

    /** Returns a number that is another one whenever the device's own configuration may have changed. */
    int generation() {
        return window.read8(CONFIG_GENERATION);
    }

    /** Chooses the queue that the methods below are about. */
    void select(int queue) {
        window.write16(QUEUE_SELECT, queue);
    }

    /** Returns the largest size of the queue, 0 if there is no such queue. */
    int queueSize() {
        return window.read16(QUEUE_SIZE);
    }

    void setQueueSize(int size) {
        window.write16(QUEUE_SIZE, size);
    }

    /** Asks for a vector, and returns whether the device could give it. */
    boolean setQueueVector(int vector) {
        window.write16(QUEUE_MSIX_VECTOR, vector);
        return window.read16(QUEUE_MSIX_VECTOR) == vector;
    }

    boolean isQueueEnabled() {
        return window.read16(QUEUE_ENABLE) != 0;
    }

    /** Returns where the queue is notified, in units of the multiplier. */
    int queueNotifyOffset() {
        return window.read16(QUEUE_NOTIFY_OFF);
    }

    /** Says where the three parts of the queue are, and enables it. */
    void enableQueue(long descriptors, long available, long used) {
        window.write64(QUEUE_DESC, descriptors);
        window.write64(QUEUE_DRIVER, available);
        window.write64(QUEUE_DEVICE, used);
        window.write16(QUEUE_ENABLE, 1);
    }

    /** Reads the device's own configuration, once more if it changed meanwhile; see {@link VirtioTransport#configuration}. */
    <T> T readStable(@Nullable Window specific, int length, Function<Window, T> reader) {
        if (specific == null || specific.length() < length) {
            throw new MalformedDeviceException(Failure.during(READ + device)
                    .because("the structure is " + (specific == null ? 0 : specific.length()) + " bytes long and not "
                            + length)
                    .remedy(VirtioTransport.DEFECTIVE));
        }
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            int before = generation();
            T value = reader.apply(specific);
            if (generation() == before) {
                return value;
            }
        }
        throw new DeviceFaultException(Failure.during(READ + device)
                .because("it changes whenever it is read")
                .remedy(VirtioTransport.DEFECTIVE));
    }
}
