// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.jspecify.annotations.Nullable;

/** The receive queue: the driver fills it with free buffers, and the device those with packets (virtio 1.2, 5.1.6.3). */
final class ReceiveQueue {
    private final Virtqueue queue;
    private final PacketBuffers buffers;
    private final PacketPool pool;
    private final int[] posted;
    private final int[] free;
    private final PacketBatch spare;
    private int freeCount;
    private @Nullable DeviceFaultException fault;
    private long packets;
    private long bytes;
    private long errors;

    ReceiveQueue(Virtqueue queue, PacketBuffers buffers) {
        this.queue = queue;
        this.buffers = buffers;
        this.pool = buffers.pool();
        this.posted = new int[queue.size()];
        this.free = new int[queue.size()];
        this.spare = pool.batch(queue.size());
        for (int i = 0; i < free.length; i++) {
            free[i] = free.length - 1 - i;
        }
        freeCount = free.length;
    }

    long packets() {
        return packets;
    }

    long bytes() {
        return bytes;
    }

    long errors() {
        return errors;
    }

    /** Returns whether a packet has arrived. */
    boolean isReady() {
        return fault != null || queue.isReady();
    }

    /** Asks for an interrupt for the next packet; returns whether there is one already. */
    boolean arm() {
        return queue.arm() || fault != null;
    }

    void disarm() {
        queue.disarm();
    }

    /** Moves packets that have arrived to a batch, and gives the device free buffers instead. */
    int receive(PacketBatch batch) {
        int received = 0;
        try {
            DeviceFaultException strange = fault;
            if (strange != null) {
                fault = null;
                throw strange;
            }
            while (batch.room() > 0) {
                int descriptor = queue.next();
                if (descriptor < 0) {
                    break;
                }
                int buffer = posted[descriptor];
                free[freeCount] = descriptor;
                freeCount++;
                int length = queue.usedLength() - PacketBuffers.HEADER;
                if (length < PacketBuffers.SHORTEST) {
                    spare.add(buffer, 0);
                    errors++;
                    throw queue.fault("the device says it stored " + (queue.usedLength() < 0 ? "more" : "less")
                            + " than a packet of " + PacketBuffers.SHORTEST + " to " + PacketBuffers.LONGEST
                            + " bytes");
                }
                batch.add(buffer, length);
                received++;
                packets++;
                bytes += length;
            }
        } catch (DeviceFaultException e) {
            if (received == 0) {
                throw e;
            }
            // What came before is given first.
            fault = e;
        } finally {
            refill();
        }
        return received;
    }

    /** Gives free buffers to the device, as many as it has room for. */
    void refill() {
        int wanted = freeCount - spare.size();
        if (wanted > 0) {
            pool.take(spare, wanted);
        }
        int count = Math.min(spare.size(), freeCount);
        for (int i = 0; i < count; i++) {
            int buffer = spare.buffer(i);
            freeCount--;
            int descriptor = free[freeCount];
            posted[descriptor] = buffer;
            int room = PacketBuffers.HEADER + PacketBuffers.LONGEST;
            queue.describe(descriptor, buffers.headerAddress(buffer), room, Virtqueue.WRITE, 0);
            queue.offer(descriptor, room);
        }
        if (count > 0) {
            spare.removeFirst(count);
            queue.publish();
        }
    }
}
