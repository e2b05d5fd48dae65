// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.network.PacketPool;

/**
 * The buffers of a port, each behind room for the header that virtio has before every packet (virtio 1.2, 5.1.6; struct
 * virtio_net_hdr_v1 of linux/virtio_net.h). Header and packet are one piece for the device.
 */
final class PacketBuffers {
    /** The length of the header in bytes. */
    static final int HEADER = 12;

    /** The length of the shortest packet: an Ethernet header. */
    static final int SHORTEST = 14;

    /** The length of the longest packet: room for a VLAN tag. */
    static final int LONGEST = 1518;

    /** The length of a buffer with its room. */
    static final int PIECE = 2048;

    /** Keeps the packets aligned as processors like it. */
    private static final int HEADROOM = 64;

    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final PacketPool pool;
    private final MemorySegment memory;

    /** Divides memory of {@link #PIECE} bytes for each buffer. */
    PacketBuffers(DmaBuffer buffer) {
        this.pool = new PacketPool(buffer, PIECE, HEADROOM);
        this.memory = buffer.memory();
    }

    PacketPool pool() {
        return pool;
    }

    /** Returns the device address of the header of the packet in a buffer. */
    long headerAddress(int buffer) {
        return pool.deviceAddress(buffer) - HEADER;
    }

    /** Makes the header that of a packet which asks for nothing of the device: all zeros. */
    void clearHeader(int buffer) {
        long at = (long) buffer * PIECE + HEADROOM - HEADER;
        memory.set(INT32, at, 0);
        memory.set(INT32, at + 4, 0);
        memory.set(INT32, at + 8, 0);
    }
}
