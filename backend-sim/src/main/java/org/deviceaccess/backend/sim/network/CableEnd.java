// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One end of a cable between two cards. A card's thread leaves frames in the cable and rings the other card, whose own
 * thread fetches them; so neither ever waits for the other, or holds a lock of both.
 */
final class CableEnd implements Wire {
    /** What there is while a card is at either end; what was on its way is lost with it. */
    private record Connection(CableEnd other, FrameQueue out, FrameQueue in) {}

    private final Cables cables;
    private final String name;
    private final Station station;
    private final MemorySegment arrived = MemorySegment.ofArray(new byte[LONGEST_FRAME]);
    private volatile @Nullable Connection connection;

    CableEnd(Cables cables, String name, Station station) {
        this.cables = cables;
        this.name = name;
        this.station = station;
    }

    static void connect(CableEnd one, CableEnd other) {
        FrameQueue there = new FrameQueue();
        FrameQueue back = new FrameQueue();
        one.connection = new Connection(other, there, back);
        other.connection = new Connection(one, back, there);
        one.station.ring();
        other.station.ring();
    }

    void disconnect() {
        connection = null;
        station.ring();
    }

    String name() {
        return name;
    }

    @Override
    public boolean isConnected() {
        Connection now = connection;
        return now != null && station.isPluggedIn() && now.other.station.isPluggedIn();
    }

    @Override
    public boolean hasRoom() {
        Connection now = connection;
        return now != null && now.out.hasRoom();
    }

    @Override
    public void send(MemorySegment frame, int length) {
        Connection now = connection;
        if (now != null) {
            now.out.add(frame, length);
        }
    }

    @Override
    public void ringOther() {
        Connection now = connection;
        if (now != null) {
            now.other.station.ring();
        }
    }

    @Override
    public void deliver() {
        Connection now = connection;
        if (now == null) {
            return;
        }
        int length;
        while ((length = now.in.take(arrived)) >= 0) {
            station.receive(arrived, length);
        }
        if (now.in.takeSenderWaits()) {
            now.other.station.ring();
        }
    }

    @Override
    public void release() {
        cables.unplug(this);
    }
}
