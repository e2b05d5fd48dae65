// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.backend.sim.network.CardFaults;
import org.deviceaccess.backend.sim.network.Outlet;
import org.deviceaccess.backend.sim.network.Station;
import org.deviceaccess.backend.sim.network.Wire;
import org.deviceaccess.spi.network.MacAddress;
import org.jspecify.annotations.Nullable;

/** A network card (virtio 1.2, 5.1) at a wire: of what arrives there, it stores what passes its filter. */
final class NetworkType implements DeviceType, Station {
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

    private final MacAddress mac;
    private final Outlet outlet;
    private final VirtioFaults faults;
    private final CardFaults cardFaults;
    private final ReceiveMode mode = new ReceiveMode();
    private final MemorySegment frame = MemorySegment.ofArray(new byte[Wire.LONGEST_FRAME]);
    private final MemorySegment header = MemorySegment.ofArray(new byte[HEADER]);
    private @Nullable Wire wire;
    private List<VirtioQueue> queues = List.of();
    private Runnable bell = () -> {};
    private boolean connected;
    private boolean working;

    NetworkType(MacAddress mac, Outlet outlet, VirtioFaults faults) {
        this.mac = mac;
        this.outlet = outlet;
        this.faults = faults;
        this.cardFaults = faults.card();
        header.set(ValueLayout.JAVA_BYTE, NUM_BUFFERS, (byte) 1);
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
    public void powerOn(List<VirtioQueue> all, Runnable newBell) {
        queues = all;
        bell = newBell;
        Wire plugged = outlet.plugIn(this);
        wire = plugged;
        connected = plugged.isConnected();
        cardFaults.onPlugMoved(this::plugMoved);
    }

    @Override
    public void powerOff() {
        wire().release();
    }

    /** Lets both sides look whether there is still a link. */
    private void plugMoved() {
        ring();
        wire().ringOther();
    }

    @Override
    public boolean isPluggedIn() {
        return !cardFaults.isUnplugged();
    }

    @Override
    public void ring() {
        bell.run();
    }

    @Override
    public int configuration(int offset) {
        if (offset < MacAddress.LENGTH) {
            return mac.octet(offset);
        }
        return offset == MacAddress.LENGTH && connected ? 1 : 0;
    }

    @Override
    public boolean hasChanged() {
        boolean before = connected;
        connected = wire().isConnected();
        return connected != before;
    }

    @Override
    public void reset(long features) {
        working = false;
        mode.reset();
    }

    @Override
    public void work(VirtioQueue notified) {
        working = true;
        switch (notified.number()) {
            case TRANSMIT -> transmit();
            case CONTROL -> obey();
            default -> {
                // Buffers are taken when packets arrive.
            }
        }
    }

    @Override
    public void signalled(boolean nowWorking) {
        working = nowWorking;
        wire().deliver();
        queues.get(RECEIVE).tell();
        if (nowWorking) {
            transmit();
        }
    }

    private void obey() {
        VirtioQueue queue = queues.get(CONTROL);
        for (Chain chain = queue.next(); chain != null; chain = queue.next()) {
            VirtioFaults.Fault fault = faults.take();
            if (fault == null || fault.kind() != VirtioFaults.Kind.LOSE) {
                boolean refused = fault != null && fault.kind() == VirtioFaults.Kind.STATUS;
                queue.end(chain, mode.execute(chain, refused), fault);
            }
        }
        queue.tell();
    }

    private void transmit() {
        VirtioQueue queue = queues.get(TRANSMIT);
        boolean sent = false;
        while (canSend()) {
            Chain chain = queue.next();
            if (chain == null) {
                break;
            }
            long length = chain.readableBytes() - HEADER;
            if (length < SHORTEST || length > frame.byteSize() || !chain.read(HEADER, frame.asSlice(0, length))) {
                queue.refuse("a packet of " + length + " bytes");
                break;
            }
            wire().send(frame, (int) length);
            sent = true;
            queue.end(chain, 0, null);
        }
        queue.tell();
        if (sent) {
            wire().ringOther();
            queues.get(RECEIVE).tell();
        }
    }

    private boolean canSend() {
        return connected && !cardFaults.isTransmitterHung() && wire().hasRoom();
    }

    /** Stores a packet; one without a buffer, or too long for it, is lost. */
    @Override
    public void receive(MemorySegment arrived, int length) {
        MemorySegment packet = arrived.asSlice(0, length);
        if (!working || cardFaults.isReceiverHung() || !mode.passes(packet, mac)) {
            return;
        }
        VirtioQueue queue = queues.get(RECEIVE);
        Chain chain = queue.next();
        if (chain == null) {
            return;
        }
        if (chain.writableBytes() < HEADER + length) {
            queue.putBack();
            return;
        }
        boolean stored = chain.write(0, header) && chain.write(HEADER, packet);
        queue.end(chain, stored ? HEADER + length : 0, faults.take());
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type == CardFaults.class ? Optional.of(type.cast(cardFaults)) : Optional.empty();
    }

    private Wire wire() {
        Wire plugged = wire;
        if (plugged == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return plugged;
    }

    /** Returns the first byte of a packet, for its filter. */
    static int octet(MemorySegment packet, int index) {
        return Byte.toUnsignedInt(packet.get(ValueLayout.JAVA_BYTE, index));
    }
}
