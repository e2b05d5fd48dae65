// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;

/** How a device learns of a queue (virtio 1.2, 4.1.5.1.3). Used by one thread at a time. */
final class QueueSetup {
    private static final int MOST_DESCRIPTORS = 32_768;

    private final VirtioTransport transport;
    private final PciStructures structures;
    private final CommonConfiguration common;

    QueueSetup(VirtioTransport transport, PciStructures structures, CommonConfiguration common) {
        this.transport = transport;
        this.structures = structures;
        this.common = common;
    }

    Virtqueue create(int number, int most, int vector) {
        common.select(number);
        int size = Math.min(most, Integer.highestOneBit(largestSize(number)));
        long notifyOffset = common.queueNotifyOffset() * structures.notifyMultiplier();
        if (notifyOffset + Short.BYTES > structures.notifications().length()) {
            throw new MalformedDeviceException(creating(number)
                    .because("it is to be notified at " + notifyOffset + " of a structure of "
                            + structures.notifications().length() + " bytes")
                    .remedy(VirtioTransport.DEFECTIVE));
        }
        DmaBuffer buffer =
                transport.allocate(Virtqueue.memory(size), DmaConstraints.NONE.withAlignment(Virtqueue.DESCRIPTOR));
        Virtqueue queue = new Virtqueue(
                transport.name(),
                number,
                buffer,
                size,
                transport.has(Features.EVENT_IDX),
                structures.notifications(),
                notifyOffset);
        enable(queue, vector);
        return queue;
    }

    void renew(Virtqueue queue, int vector) {
        common.select(queue.number());
        if (largestSize(queue.number()) < queue.size()) {
            throw transport.changed("the queue " + queue.number() + " is smaller than it was");
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
                    .remedy(VirtioTransport.DEFECTIVE));
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
        return Failure.during("create the queue " + number + " of " + transport.name());
    }
}
