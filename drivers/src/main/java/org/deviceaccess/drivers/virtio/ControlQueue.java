// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.ReceiveFilter;

/**
 * The control queue, by which a network device is told what to receive (virtio 1.2, 5.1.6.5). For one life of the device, from
 * a reset to the next; a device that does not answer is reset before it is told anything else.
 */
final class ControlQueue {
    /** How many descriptors it needs. */
    static final int DESCRIPTORS = 4;

    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    // linux/virtio_net.h: VIRTIO_NET_CTRL_*
    private static final int RX = 0;
    private static final int RX_PROMISC = 0;
    private static final int RX_ALLMULTI = 1;
    private static final int MAC = 1;
    private static final int MAC_TABLE_SET = 0;
    private static final int OK = 0;

    private static final int COMMAND = 0;
    private static final int COMMAND_LENGTH = 2;
    private static final int ANSWER = 8;
    private static final int DATA = 16;
    private static final int LENGTH = 4096;
    /** More are received with all others. */
    private static final int MOST_GROUPS = 256;

    private final VirtioTransport transport;
    private final Virtqueue queue;
    private final DmaBuffer buffer;
    private final MemorySegment memory;
    private boolean underWay;

    ControlQueue(VirtioTransport transport, Virtqueue queue) {
        this.transport = transport;
        this.queue = queue;
        this.buffer = transport.allocate(LENGTH, DmaConstraints.NONE.withAlignment(Virtqueue.DESCRIPTOR));
        this.memory = buffer.memory();
    }

    /** Says what is received beyond packets to the device itself and to all stations. */
    void apply(ReceiveFilter filter) {
        boolean many = filter.groups().size() > MOST_GROUPS;
        execute(RX, RX_PROMISC, flag(filter.promiscuous()));
        execute(RX, RX_ALLMULTI, flag(filter.allMulticast() || many));
        execute(MAC, MAC_TABLE_SET, table(many ? List.of() : List.copyOf(filter.groups())));
    }

    private int flag(boolean on) {
        memory.set(ValueLayout.JAVA_BYTE, DATA, on ? (byte) 1 : 0);
        return 1;
    }

    /** Writes two tables: other addresses of one station, of which there are none, and those of groups. */
    private int table(List<MacAddress> groups) {
        memory.set(INT32, DATA, 0);
        memory.set(INT32, DATA + 4, groups.size());
        int at = 8;
        for (MacAddress group : groups) {
            for (int i = 0; i < MacAddress.LENGTH; i++) {
                memory.set(ValueLayout.JAVA_BYTE, DATA + at + i, (byte) group.octet(i));
            }
            at += MacAddress.LENGTH;
        }
        return at;
    }

    private void execute(int type, int command, int dataLength) {
        String operation = "set the filter of " + transport.name();
        memory.set(ValueLayout.JAVA_BYTE, COMMAND, (byte) type);
        memory.set(ValueLayout.JAVA_BYTE, COMMAND + 1, (byte) command);
        memory.set(ValueLayout.JAVA_BYTE, ANSWER, (byte) ~OK);
        queue.describe(0, buffer.deviceAddress(COMMAND), COMMAND_LENGTH, Virtqueue.NEXT, 1);
        queue.describe(1, buffer.deviceAddress(DATA), dataLength, Virtqueue.NEXT, 2);
        queue.describe(2, buffer.deviceAddress(ANSWER), 1, Virtqueue.WRITE, 0);
        underWay = true;
        queue.offer(0, 1);
        queue.publish();
        await(operation);
        underWay = false;
        int answer = memory.get(ValueLayout.JAVA_BYTE, ANSWER);
        if (queue.usedLength() < 0) {
            throw queue.fault("the device says it wrote more than the answer to a command has room for");
        }
        if (answer != OK) {
            throw new CommandFailedException(
                    Failure.during(operation).because("the device answered " + Byte.toUnsignedInt((byte) answer)));
        }
    }

    private void await(String operation) {
        if (!Poll.until(() -> queue.next() >= 0, transport.timeout().toNanos())) {
            transport.check("set the filter");
            throw new DeviceTimeoutException(Failure.during(operation)
                    .because("the device did not answer in "
                            + transport.timeout().toMillis() + " ms")
                    .remedy("Try again, which resets the device first"));
        }
    }

    /** Returns whether the device has a command that it has not answered, or has answered none. */
    boolean isUnanswered() {
        return underWay;
    }

    /** Gives the queue's memory back, of a device that is at rest. The queue is of no use then. */
    void discard() {
        transport.free(buffer);
        transport.free(queue.buffer());
    }
}
