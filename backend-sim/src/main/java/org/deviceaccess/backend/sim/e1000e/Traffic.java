// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.network.Outlet;
import org.deviceaccess.backend.sim.network.Station;
import org.deviceaccess.backend.sim.network.Wire;

/** Packets from memory to the wire and from the wire to memory (82574 datasheet, chapters 7.1 and 7.2). */
final class Traffic implements Station {
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int RCTL = 0x00100;
    private static final int TCTL = 0x00400;
    private static final int RDBAL = 0x02800;
    private static final int TDBAL = 0x03800;
    private static final int ENABLE = 1 << 1;
    private static final int TCTL_PSP = 1 << 3;
    private static final int RCTL_SECRC = 1 << 26;

    private static final int TX_EOP = 1 << 24;
    private static final int TX_RS = 1 << 27;
    private static final int TX_DEXT = 1 << 29;
    private static final int RX_EOP = 1 << 1;
    private static final int RFCTL = 0x05008;
    private static final int RFCTL_EXTEN = 1 << 15;
    /** How far the errors of an extended descriptor are above those of a legacy one. */
    private static final int EXTENDED_ERRORS = 16;

    private static final int DONE = 1;

    private static final int FRAME_CHECK = 4;
    private static final int SHORTEST = 60;
    private static final int LONGEST = 1518;
    private static final long ADDRESS = (1L << 48) - 1;
    private static final int ROOM = Wire.LONGEST_FRAME;

    private final Bus bus;
    private final RegisterFile file;
    private final Statistics statistics;
    private final Causes causes;
    private final E1000eFaults faults;
    private final Runnable bell;
    private final Phy phy;
    private final Ring receiveRing;
    private final Ring transmitRing;
    private final MemorySegment frame = MemorySegment.ofArray(new byte[ROOM]);
    private final Wire wire;
    private int length;

    /**
     * Plugs the cable in.
     *
     * @param bell lets the card look at its cable
     */
    Traffic(
            Bus bus,
            RegisterFile file,
            Statistics statistics,
            Causes causes,
            E1000eFaults faults,
            Outlet outlet,
            Runnable bell) {
        this.bus = bus;
        this.file = file;
        this.statistics = statistics;
        this.causes = causes;
        this.faults = faults;
        this.bell = bell;
        this.phy = new Phy(bus, this::plugMoved);
        this.receiveRing = new Ring(file, RDBAL);
        this.transmitRing = new Ring(file, TDBAL);
        this.wire = outlet.plugIn(this);
    }

    Wire wire() {
        return wire;
    }

    Phy phy() {
        return phy;
    }

    /** Lets both sides look whether there is still a link. */
    void plugMoved() {
        ring();
        wire.ringOther();
    }

    @Override
    public boolean isPluggedIn() {
        return !faults.isUnplugged() && phy.isTalking();
    }

    @Override
    public void ring() {
        bell.run();
    }

    /** Complains about a receive ring that the device could only misunderstand. */
    void checkReceiveRing() {
        if ((file.get(RCTL) & ENABLE) != 0 && !receiveRing.makesSense()) {
            bus.fault("e1000e was told a tail outside of its receive ring");
        }
    }

    /** Sends what is in the ring. */
    void transmit() {
        boolean sent = false;
        boolean reported = false;
        while (isTransmitting() && !transmitRing.isEmpty()) {
            if (!transmitRing.makesSense()) {
                bus.fault("e1000e was told a tail outside of its transmit ring");
                break;
            }
            if (!wire.hasRoom() || !transmitRing.fetch(bus)) {
                break;
            }
            int command = transmitRing.low();
            if ((command & TX_DEXT) != 0 || !gather(transmitRing.buffer(), command & 0xffff)) {
                bus.fault(
                        "e1000e was given a transmit descriptor that it cannot use: 0x" + Integer.toHexString(command));
                length = 0;
            } else if ((command & TX_EOP) != 0) {
                send();
                sent = true;
                length = 0;
            }
            if ((command & TX_RS) != 0) {
                transmitRing.writeBack(bus, command, DONE);
                reported = true;
            }
            transmitRing.advance();
        }
        if (sent) {
            wire.ringOther();
        }
        if (reported) {
            causes.raise(Causes.TXDW);
        }
    }

    private boolean isTransmitting() {
        return (file.get(TCTL) & ENABLE) != 0 && !faults.isTransmitterHung();
    }

    private boolean gather(long address, int bytes) {
        if (length + bytes > ROOM || !bus.read(address, frame.asSlice(length, bytes))) {
            return false;
        }
        length += bytes;
        return true;
    }

    private void send() {
        if ((file.get(TCTL) & TCTL_PSP) != 0 && length < SHORTEST) {
            frame.asSlice(length, SHORTEST - length).fill((byte) 0);
            length = SHORTEST;
        }
        statistics.count(Statistics.GPTC);
        statistics.add(Statistics.GOTC, length + FRAME_CHECK);
        wire.send(frame, length);
    }

    @Override
    public void receive(MemorySegment arrived, int bytes) {
        int control = file.get(RCTL);
        if ((control & ENABLE) == 0
                || faults.isReceiverHung()
                || !Filter.passes(file, control, arrived.get(INT64, 0) & ADDRESS)) {
            return;
        }
        if (bytes > LONGEST) {
            statistics.count(Statistics.ROC);
            return;
        }
        if (receiveRing.isEmpty() || !receiveRing.makesSense()) {
            statistics.count(Statistics.MPC);
            causes.raise(Causes.RXO);
            return;
        }
        if (!receiveRing.fetch(bus) || !bus.write(receiveRing.buffer(), arrived.asSlice(0, bytes))) {
            return;
        }
        describe(bytes, (control & RCTL_SECRC) != 0 ? bytes : bytes + FRAME_CHECK);
        receiveRing.advance();
        causes.raise(Causes.RXT0);
    }

    private void describe(int bytes, int stored) {
        E1000eFaults.Description lie = faults.take();
        int said = stored;
        int status = DONE | RX_EOP;
        if (lie != null) {
            said = lie.length() < 0 ? stored : lie.length() & 0xffff;
            status = (lie.endOfPacket() ? status : DONE) | lie.errors() << Byte.SIZE;
        }
        statistics.count(lie != null && lie.errors() != 0 ? Statistics.CRCERRS : Statistics.GPRC);
        statistics.add(Statistics.GORC, bytes + FRAME_CHECK);
        if ((file.get(RFCTL) & RFCTL_EXTEN) != 0) {
            int errors = status >>> Byte.SIZE << (Byte.SIZE + EXTENDED_ERRORS);
            receiveRing.writeBackExtended(bus, (status & 0xff) | errors, said);
        } else {
            receiveRing.writeBack(bus, said, status);
        }
    }
}
