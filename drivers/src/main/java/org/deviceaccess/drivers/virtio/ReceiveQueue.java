// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.jspecify.annotations.Nullable;

/**
 * The receive queue: the driver fills it with free buffers, and the device those with packets (virtio 1.2, 5.1.6.3). For one
 * life of the device, from a reset to the next.
 */
final class ReceiveQueue {
    private final Virtqueue queue;
    private final PacketBuffers buffers;
    private final PacketPool pool;
    private final PacketCount count;
    private final PostedBuffers posted;
    private final PacketBatch spare;
    private @Nullable DeviceFaultException fault;
    private volatile boolean broken;

    ReceiveQueue(Virtqueue queue, PacketBuffers buffers, PacketCount count) {
        this.queue = queue;
        this.buffers = buffers;
        this.pool = buffers.pool();
        this.count = count;
        this.posted = new PostedBuffers(queue.size());
        this.spare = pool.batch(queue.size());
    }

    /** Returns whether the device has used what it did not have; for any thread. */
    boolean isBroken() {
        return broken;
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
        long bytes = 0;
        try {
            DeviceFaultException strange = fault;
            if (strange != null) {
                fault = null;
                throw strange;
            }
            while (batch.room() > 0) {
                int descriptor = next();
                if (descriptor < 0) {
                    break;
                }
                int buffer = posted.release(descriptor);
                int length = queue.usedLength() - PacketBuffers.HEADER;
                if (length < PacketBuffers.SHORTEST) {
                    spare.add(buffer, 0);
                    count.addError();
                    throw queue.fault("the device says it stored " + (queue.usedLength() < 0 ? "more" : "less")
                            + " than a packet of " + PacketBuffers.SHORTEST + " to " + PacketBuffers.LONGEST
                            + " bytes");
                }
                batch.add(buffer, length);
                received++;
                bytes += length;
            }
        } catch (DeviceFaultException e) {
            if (received == 0) {
                throw e;
            }
            // What came before is given first.
            fault = e;
        } finally {
            if (received > 0) {
                count.add(received, bytes);
            }
            refill();
        }
        return received;
    }

    private int next() {
        try {
            return queue.next();
        } catch (DeviceFaultException e) {
            broken = true;
            throw e;
        }
    }

    /** Gives free buffers to the device; returns whether it has as many as it has room for then. */
    boolean refill() {
        int wanted = posted.free() - spare.size();
        if (wanted > 0) {
            pool.take(spare, wanted);
        }
        int given = Math.min(spare.size(), posted.free());
        for (int i = 0; i < given; i++) {
            int buffer = spare.buffer(i);
            int descriptor = posted.post(buffer);
            int room = PacketBuffers.HEADER + PacketBuffers.LONGEST;
            queue.describe(descriptor, buffers.headerAddress(buffer), room, Virtqueue.WRITE, 0);
            queue.offer(descriptor, room);
        }
        if (given > 0) {
            spare.removeFirst(given);
            queue.publish();
        }
        return posted.free() == 0;
    }

    /** Gives all buffers back to the pool, and the queue's memory, of a device that is at rest. The queue is of no use then. */
    void discard(VirtioTransport transport) {
        posted.releaseAll(spare);
        pool.giveBack(spare);
        transport.free(queue.buffer());
    }
}
