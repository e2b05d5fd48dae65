// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.tck.kit.Timeouts;
import org.junit.jupiter.api.Assumptions;

/** Packets to the port itself, of the type that IEEE 802 leaves to local experiments. */
final class Packets {
    /** An Ethernet header and some data. */
    static final int LENGTH = 64;

    private static final int TYPE_OFFSET = 2 * MacAddress.LENGTH;
    private static final short LOCAL_EXPERIMENT_1 = (short) 0x88b5;
    private static final ValueLayout.OfShort BIG_ENDIAN =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Packets() {}

    /** Ends the test as not to be tried where the link does not come up. */
    static void requireLink(NetworkPort port) throws InterruptedException {
        Assumptions.assumeTrue(Timeouts.until(() -> port.link().up()), "the link is down");
    }

    /** Returns a batch with so many packets, or as many as there are buffers for. */
    static PacketBatch fill(NetworkPort port, int count) {
        PacketBatch batch = port.pool().batch(count);
        port.pool().take(batch, count);
        for (int i = 0; i < batch.size(); i++) {
            MemorySegment memory = batch.memory(i);
            for (int octet = 0; octet < MacAddress.LENGTH; octet++) {
                byte value = (byte) port.mac().octet(octet);
                memory.set(ValueLayout.JAVA_BYTE, octet, value);
                memory.set(ValueLayout.JAVA_BYTE, MacAddress.LENGTH + octet, value);
            }
            memory.set(BIG_ENDIAN, TYPE_OFFSET, LOCAL_EXPERIMENT_1);
            memory.asSlice(TYPE_OFFSET + Short.BYTES, LENGTH - TYPE_OFFSET - Short.BYTES)
                    .fill((byte) i);
            batch.setLength(i, LENGTH);
        }
        return batch;
    }
}
