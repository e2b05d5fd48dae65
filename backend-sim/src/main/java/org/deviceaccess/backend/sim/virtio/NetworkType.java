// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.deviceaccess.spi.network.MacAddress;

/** A network card whose cable is plugged into itself: it hears what it sends, if it passes the filter (virtio 1.2, 5.1). */
final class NetworkType implements DeviceType {
    private static final long MAC = 1L << 5;
    private static final long STATUS = 1L << 16;
    private static final long CTRL_VQ = 1L << 17;
    private static final long CTRL_RX = 1L << 18;

    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;
    private static final int CONTROL = 2;
    private static final int HEADER = 12;
    private static final int NUM_BUFFERS = 10;
    private static final int SHORTEST = 14;
    private static final int ROOM = 0x4000;

    private final MacAddress mac;
    private final VirtioFaults faults;
    private final ReceiveMode mode = new ReceiveMode();
    private final MemorySegment frame = MemorySegment.ofArray(new byte[ROOM]);

    NetworkType(MacAddress mac, VirtioFaults faults) {
        this.mac = mac;
        this.faults = faults;
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public int classCode() {
        return 0x020000;
    }

    @Override
    public long features() {
        return MAC | STATUS | CTRL_VQ | CTRL_RX;
    }

    @Override
    public int queues() {
        return 3;
    }

    @Override
    public int configuration(int offset) {
        if (offset < MacAddress.LENGTH) {
            return mac.octet(offset);
        }
        return offset == MacAddress.LENGTH && !faults.isUnplugged() ? 1 : 0;
    }

    @Override
    public void reset(long features) {
        mode.reset();
    }

    @Override
    public void work(int notified, List<VirtioQueue> queues) {
        VirtioQueue queue = queues.get(notified);
        if (notified == RECEIVE) {
            // Buffers are taken when packets arrive.
            return;
        }
        for (Chain chain = queue.next(); chain != null; chain = queue.next()) {
            if (notified == TRANSMIT) {
                transmit(queue, chain, queues.get(RECEIVE));
            } else if (notified == CONTROL) {
                VirtioFaults.Fault fault = faults.take();
                if (fault == null || fault.kind() != VirtioFaults.Kind.LOSE) {
                    boolean refused = fault != null && fault.kind() == VirtioFaults.Kind.STATUS;
                    queue.end(chain, mode.execute(chain, refused), fault);
                }
            }
        }
        queue.tell();
        queues.get(RECEIVE).tell();
    }

    private void transmit(VirtioQueue queue, Chain chain, VirtioQueue receiving) {
        long length = chain.readableBytes() - HEADER;
        if (length < SHORTEST || length > ROOM || !chain.read(HEADER, frame.asSlice(0, length))) {
            queue.refuse("a packet of " + length + " bytes");
            return;
        }
        MemorySegment packet = frame.asSlice(0, length);
        if (!faults.isUnplugged() && mode.passes(packet, mac)) {
            receive(receiving, packet);
        }
        queue.end(chain, 0, null);
    }

    /** Stores a packet; one without a buffer, or too long for it, is lost. */
    private void receive(VirtioQueue queue, MemorySegment packet) {
        Chain chain = queue.next();
        if (chain == null) {
            return;
        }
        byte[] header = new byte[HEADER];
        header[NUM_BUFFERS] = 1;
        boolean stored = chain.writableBytes() >= HEADER + packet.byteSize()
                && chain.write(0, MemorySegment.ofArray(header))
                && chain.write(HEADER, packet);
        queue.end(chain, stored ? HEADER + (int) packet.byteSize() : 0, faults.take());
    }

    /** Returns the first byte of a packet, for its filter. */
    static int octet(MemorySegment packet, int index) {
        return Byte.toUnsignedInt(packet.get(ValueLayout.JAVA_BYTE, index));
    }
}
