// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The common configuration structure (virtio 1.2, 4.1.4.3): the device's status, its features and its queues. */
final class CommonConfiguration {
    private static final long INDIRECT_DESC = 1L << 28;
    private static final long EVENT_IDX = 1L << 29;
    private static final long VERSION_1 = 1L << 32;
    private static final long ACCESS_PLATFORM = 1L << 33;

    private static final int ACKNOWLEDGE = 1;
    private static final int DRIVER_OK = 4;
    private static final int FEATURES_OK = 8;
    private static final int NEEDS_RESET = 64;

    /** What accesses to the structure do beyond it. */
    interface Owner {
        /** The driver wrote 0 to the status: everything is as at power-on, this structure included. */
        void reset();

        /** The features are agreed on. */
        void agreed(long features);
    }

    private final DeviceType type;
    private final VirtioFaults faults;
    private final List<VirtioQueue> queues;
    private final int vectors;
    private final Owner owner;

    private int status;
    private int statusBeforeReset;
    private long resetEnds;
    private int vector = VirtioQueue.NO_VECTOR;
    private int generation;
    private int deviceSelect;
    private int driverSelect;
    private int queueSelect;
    private long driverFeatures;

    /**
     * Makes the structure.
     *
     * @param queues the queues, when the device has been powered on
     * @param vectors how many MSI-X vectors there are
     */
    CommonConfiguration(DeviceType type, VirtioFaults faults, List<VirtioQueue> queues, int vectors, Owner owner) {
        this.type = type;
        this.faults = faults;
        this.queues = queues;
        this.vectors = vectors;
        this.owner = owner;
    }

    void clear() {
        status = 0;
        statusBeforeReset = 0;
        vector = VirtioQueue.NO_VECTOR;
        deviceSelect = 0;
        driverSelect = 0;
        queueSelect = 0;
        driverFeatures = 0;
        queues.forEach(VirtioQueue::clear);
    }

    /** Returns the MSI-X vector that tells of changes of the configuration, or {@link VirtioQueue#NO_VECTOR}. */
    int vector() {
        return vector;
    }

    boolean hasEventIndex() {
        return (driverFeatures & EVENT_IDX) != 0;
    }

    boolean isWorking() {
        return (status & (DRIVER_OK | NEEDS_RESET)) == DRIVER_OK;
    }

    /** Says from now on that the device needs a reset. */
    void needReset() {
        status |= NEEDS_RESET;
    }

    /** The device's own configuration changed. */
    void changed() {
        generation = (generation + 1) & 0xff;
    }

    long read(int at) {
        @Nullable VirtioQueue queue = queueSelect < queues.size() ? queues.get(queueSelect) : null;
        return switch (at) {
            case 0x00 -> deviceSelect;
            case 0x04 -> deviceSelect > 1 ? 0 : offered() >>> (deviceSelect * Integer.SIZE);
            case 0x08 -> driverSelect;
            case 0x0c -> driverSelect > 1 ? 0 : driverFeatures >>> (driverSelect * Integer.SIZE);
            case 0x10 -> vector;
            case 0x12 -> queues.size();
            case 0x14 -> status();
            case 0x15 -> generation;
            case 0x16 -> queueSelect;
            case 0x18 -> queue == null ? 0 : queue.size();
            case 0x1a -> queue == null ? VirtioQueue.NO_VECTOR : queue.vector();
            case 0x1c -> queue != null && queue.isEnabled() ? 1 : 0;
            case 0x1e -> queueSelect;
            case 0x20, 0x28, 0x30 -> queue == null ? 0 : queue.address((at - 0x20) / Long.BYTES);
            case 0x24, 0x2c, 0x34 -> queue == null ? 0 : queue.address((at - 0x20) / Long.BYTES) >>> Integer.SIZE;
            default -> 0;
        };
    }

    private long offered() {
        return (type.features() | INDIRECT_DESC | EVENT_IDX | VERSION_1 | ACCESS_PLATFORM) & ~faults.withheld();
    }

    private int status() {
        if (statusBeforeReset != 0 && !faults.isResetEndless() && System.nanoTime() - resetEnds >= 0) {
            statusBeforeReset = 0;
        }
        return statusBeforeReset != 0 ? statusBeforeReset : status;
    }

    void write(int at, long value) {
        switch (at) {
            case 0x00 -> deviceSelect = (int) value;
            case 0x08 -> driverSelect = (int) value;
            case 0x0c -> choose(value);
            case 0x10 -> vector = granted((int) value);
            case 0x14 -> setStatus((int) value);
            case 0x16 -> queueSelect = (int) value;
            default -> {
                if (queueSelect < queues.size()) {
                    write(queues.get(queueSelect), at, value);
                }
            }
        }
    }

    private void choose(long value) {
        if (driverSelect < 2 && (status & FEATURES_OK) == 0) {
            int shift = driverSelect * Integer.SIZE;
            driverFeatures = (driverFeatures & ~(0xffff_ffffL << shift)) | value << shift;
        }
    }

    private void write(VirtioQueue queue, int at, long value) {
        switch (at) {
            case 0x18 -> queue.setSize((int) value);
            case 0x1a -> queue.setVector(granted((int) value));
            case 0x1c -> {
                if (value == 1) {
                    queue.enable();
                }
            }
            case 0x20, 0x28, 0x30 -> {
                int part = (at - 0x20) / Long.BYTES;
                queue.setAddress(part, (queue.address(part) & ~0xffff_ffffL) | value);
            }
            case 0x24, 0x2c, 0x34 -> {
                int part = (at - 0x20) / Long.BYTES;
                queue.setAddress(part, (queue.address(part) & 0xffff_ffffL) | value << Integer.SIZE);
            }
            default -> {
                // Read-only, or of a feature that it does not have.
            }
        }
    }

    private int granted(int wanted) {
        return wanted < vectors && !faults.isRefusingVectors() ? wanted : VirtioQueue.NO_VECTOR;
    }

    private void setStatus(int value) {
        if (value == 0) {
            int before = status();
            owner.reset();
            // One whose reset does not end has stopped all the same, which its driver cannot know.
            long delay = faults.resetNanos();
            if (delay > 0 || faults.isResetEndless()) {
                statusBeforeReset = before | ACKNOWLEDGE;
                resetEnds = System.nanoTime() + delay;
            }
            return;
        }
        int fresh = value & ~status;
        status |= value;
        if ((fresh & FEATURES_OK) != 0) {
            if (areAcceptable()) {
                owner.agreed(driverFeatures);
            } else {
                status &= ~FEATURES_OK;
            }
        }
    }

    private boolean areAcceptable() {
        return (driverFeatures & ~offered()) == 0
                && (driverFeatures & VERSION_1) != 0
                && (driverFeatures & ACCESS_PLATFORM) == (offered() & ACCESS_PLATFORM)
                && !faults.isRefusingFeatures();
    }
}
