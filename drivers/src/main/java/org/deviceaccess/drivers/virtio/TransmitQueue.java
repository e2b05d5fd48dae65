// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;

/**
 * The transmit queue, one descriptor for a packet with its header (virtio 1.2, 5.1.6.2). For one life of the device, from a
 * reset to the next.
 */
final class TransmitQueue {
    /** What Ethernet demands, without frame check sequence. */
    private static final int LEAST_ON_WIRE = 60;

    private final Virtqueue queue;
    private final PacketBuffers buffers;
    private final PacketPool pool;
    private final PacketCount count;
    private final PostedBuffers posted;
    private final PacketBatch sent;
    private volatile boolean broken;

    /**
     * Makes an empty queue.
     *
     * @param count where what is handed to the device is counted
     */
    TransmitQueue(Virtqueue queue, PacketBuffers buffers, PacketCount count) {
        this.queue = queue;
        this.buffers = buffers;
        this.pool = buffers.pool();
        this.count = count;
        this.posted = new PostedBuffers(queue.size());
        this.sent = pool.batch(queue.size());
    }

    /** Returns whether the device has used what it did not have; for any thread. */
    boolean isBroken() {
        return broken;
    }

    /** Hands packets to the device, from the front of a batch, and returns how many. */
    int send(PacketBatch batch) {
        int taken = Math.min(batch.size(), posted.free());
        for (int i = 0; i < taken; i++) {
            int length = batch.length(i);
            if (length < PacketBuffers.SHORTEST || length > PacketBuffers.LONGEST) {
                throw new IllegalArgumentException("a packet of " + length + " bytes, which is not "
                        + PacketBuffers.SHORTEST + " to " + PacketBuffers.LONGEST);
            }
        }
        long bytes = 0;
        for (int i = 0; i < taken; i++) {
            int buffer = batch.buffer(i);
            int onWire = pad(batch.memory(i), batch.length(i));
            buffers.clearHeader(buffer);
            int descriptor = posted.post(buffer);
            queue.describe(descriptor, buffers.headerAddress(buffer), PacketBuffers.HEADER + onWire, 0, 0);
            queue.offer(descriptor, 0);
            bytes += onWire;
        }
        if (taken > 0) {
            batch.removeFirst(taken);
            queue.publish();
            count.add(taken, bytes);
        }
        return taken;
    }

    private static int pad(MemorySegment packet, int length) {
        int onWire = length;
        while (onWire < LEAST_ON_WIRE) {
            packet.set(ValueLayout.JAVA_BYTE, onWire, (byte) 0);
            onWire++;
        }
        return onWire;
    }

    /** Gives the buffers of sent packets back to the pool, and returns how many packets are not sent. */
    int reclaim() {
        try {
            for (int descriptor = queue.next(); descriptor >= 0; descriptor = queue.next()) {
                sent.add(posted.release(descriptor), 0);
                if (queue.usedLength() < 0) {
                    throw queue.fault("the device says it wrote into a packet that it was to send");
                }
            }
        } catch (DeviceFaultException e) {
            broken = true;
            throw e;
        } finally {
            if (!sent.isEmpty()) {
                pool.giveBack(sent);
            }
        }
        return posted.posted();
    }

    /** Gives all buffers back to the pool, and the queue's memory, of a device that is at rest. The queue is of no use then. */
    void discard(VirtioTransport transport) {
        posted.releaseAll(sent);
        pool.giveBack(sent);
        transport.free(queue.buffer());
    }
}
