// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.backend.sim.network.TestPort;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/** Drives {@code sim:e1000e}. */
public final class E1000eTestPort implements TestPort {
    private static final int CTRL = 0x00000;
    private static final int CTRL_SLU = 1 << 6;
    private static final int CTRL_RST = 1 << 26;
    private static final int STATUS = 0x00008;
    private static final int RCTL = 0x00100;
    private static final int TCTL = 0x00400;
    private static final int ENABLE = 1 << 1;
    private static final int RCTL_BAM = 1 << 15;
    private static final int RECEIVE = 0x02800;
    private static final int TRANSMIT = 0x03800;
    private static final int ENTRIES = 16;
    private static final int SENT = 0x1000;
    private static final int RECEIVED = 0x10000;
    private static final int RING = 0x400;
    private static final int PIECE = 2048;
    private static final int DONE = 1;
    private static final int END_AND_REPORT = 1 << 24 | 1 << 27;

    private final Region bar;
    private final DmaBuffer buffer;
    private final MemorySegment memory;
    private int sending;
    private int sent;
    private int received;

    /** Makes the driver. */
    public E1000eTestPort(DeviceAccess device) {
        bar = device.region(RegionId.BAR0);
        buffer = device.dma().allocate(1 << 18, DmaConstraints.NONE);
        memory = buffer.memory();
    }

    /** Returns a dword of a descriptor to receive into. */
    int received(int entry, int dword) {
        bar.read32(STATUS);
        return memory.get(ValueLayout.JAVA_INT_UNALIGNED, entry * 16L + dword * 4L);
    }

    @Override
    public void start() {
        bar.write32(CTRL, CTRL_RST);
        while ((bar.read32(CTRL) & CTRL_RST) != 0) {
            Thread.onSpinWait();
        }
        memory.fill((byte) 0);
        sending = 0;
        sent = 0;
        received = 0;
        ring(RECEIVE, 0);
        ring(TRANSMIT, RING);
        for (int i = 0; i < ENTRIES; i++) {
            offer(i);
        }
        bar.write32(RECEIVE + 0x18, DEPTH);
        bar.write32(RCTL, ENABLE | RCTL_BAM);
        bar.write32(TCTL, ENABLE);
        bar.write32(CTRL, CTRL_SLU);
    }

    private void ring(int register, int offset) {
        bar.write32(register, (int) (buffer.deviceAddress() + offset));
        bar.write32(register + 4, (int) ((buffer.deviceAddress() + offset) >>> Integer.SIZE));
        bar.write32(register + 8, ENTRIES * 16);
    }

    private void offer(int entry) {
        long address = buffer.deviceAddress() + RECEIVED + (long) entry * PIECE;
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, entry * 16L, address);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, entry * 16L + 8, 0);
    }

    @Override
    public void send(int number, int length) {
        int entry = sending++ % ENTRIES;
        long place = SENT + (long) entry * PIECE;
        MemorySegment frame = memory.asSlice(place, length);
        frame.fill((byte) 0);
        frame.asSlice(0, 6).fill((byte) 0xff);
        frame.set(ValueLayout.JAVA_INT_UNALIGNED, 14, number);
        long descriptor = RING + entry * 16L;
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, descriptor, buffer.deviceAddress() + place);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, descriptor + 8, END_AND_REPORT | length);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, descriptor + 12, 0);
        bar.write32(TRANSMIT + 0x18, sending % ENTRIES);
    }

    @Override
    public int underWay() {
        bar.read32(STATUS);
        while (sent < sending
                && (memory.get(ValueLayout.JAVA_INT_UNALIGNED, RING + sent % ENTRIES * 16L + 12) & DONE) != 0) {
            sent++;
        }
        return sending - sent;
    }

    @Override
    public int receive() {
        bar.read32(STATUS);
        int entry = received % ENTRIES;
        if ((memory.get(ValueLayout.JAVA_INT_UNALIGNED, entry * 16L + 12) & DONE) == 0) {
            return -1;
        }
        int number = memory.get(ValueLayout.JAVA_INT_UNALIGNED, RECEIVED + (long) entry * PIECE + 14);
        offer((received + DEPTH) % ENTRIES);
        received++;
        bar.write32(RECEIVE + 0x18, (received + DEPTH) % ENTRIES);
        return number;
    }

    @Override
    public boolean isUp() {
        return (bar.read32(STATUS) & 2) != 0;
    }
}
