// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;

/** The transmit queue, one descriptor for a packet with its header (virtio 1.2, 5.1.6.2). */
final class TransmitQueue {
    /** What Ethernet demands, without frame check sequence. */
    private static final int LEAST_ON_WIRE = 60;

    private final Virtqueue queue;
    private final PacketBuffers buffers;
    private final PacketPool pool;
    private final int[] sending;
    private final int[] free;
    private final PacketBatch sent;
    private int freeCount;
    private long packets;
    private long bytes;

    TransmitQueue(Virtqueue queue, PacketBuffers buffers) {
        this.queue = queue;
        this.buffers = buffers;
        this.pool = buffers.pool();
        this.sending = new int[queue.size()];
        this.free = new int[queue.size()];
        this.sent = pool.batch(queue.size());
        for (int i = 0; i < free.length; i++) {
            free[i] = free.length - 1 - i;
        }
        freeCount = free.length;
    }

    /** Returns how many packets were handed to the device. */
    long packets() {
        return packets;
    }

    long bytes() {
        return bytes;
    }

    /** Hands packets to the device, from the front of a batch, and returns how many. */
    int send(PacketBatch batch) {
        reclaim();
        int count = Math.min(batch.size(), freeCount);
        for (int i = 0; i < count; i++) {
            int length = batch.length(i);
            if (length < PacketBuffers.SHORTEST || length > PacketBuffers.LONGEST) {
                throw new IllegalArgumentException("a packet of " + length + " bytes, which is not "
                        + PacketBuffers.SHORTEST + " to " + PacketBuffers.LONGEST);
            }
        }
        for (int i = 0; i < count; i++) {
            int buffer = batch.buffer(i);
            int onWire = pad(batch.memory(i), batch.length(i));
            buffers.clearHeader(buffer);
            freeCount--;
            int descriptor = free[freeCount];
            sending[descriptor] = buffer;
            queue.describe(descriptor, buffers.headerAddress(buffer), PacketBuffers.HEADER + onWire, 0, 0);
            queue.offer(descriptor, 0);
            packets++;
            bytes += onWire;
        }
        if (count > 0) {
            batch.removeFirst(count);
            queue.publish();
        }
        return count;
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
                sent.add(sending[descriptor], 0);
                free[freeCount] = descriptor;
                freeCount++;
                if (queue.usedLength() < 0) {
                    throw queue.fault("the device says it wrote into a packet that it was to send");
                }
            }
        } finally {
            if (!sent.isEmpty()) {
                pool.giveBack(sent);
            }
        }
        return free.length - freeCount;
    }
}
