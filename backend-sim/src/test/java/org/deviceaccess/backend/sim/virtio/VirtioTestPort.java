// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.backend.sim.network.TestPort;
import org.deviceaccess.spi.DeviceAccess;

/** Drives {@code sim:virtio-net}. */
public final class VirtioTestPort implements TestPort {
    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;
    private static final int HEADER = 12;
    private static final int PIECE = 2048;
    private static final int SENT = TestDriver.DATA;
    private static final int RECEIVED = TestDriver.DATA + DEPTH * PIECE;
    private static final int LINK = TestDriver.SPECIFIC + 6;

    private final TestDriver driver;
    private final int bufferLength;
    private final int[] vectors;
    private int sending;
    private int sent;

    /** Makes the driver, whose buffers have a length. */
    public VirtioTestPort(DeviceAccess device, int bufferLength, int... vectors) {
        driver = new TestDriver(device);
        this.bufferLength = bufferLength;
        this.vectors = vectors;
    }

    /** Makes the driver. */
    public VirtioTestPort(DeviceAccess device) {
        this(device, PIECE);
    }

    /** Returns the driver of the transport. */
    TestDriver driver() {
        return driver;
    }

    @Override
    public void start() {
        driver.start(vectors);
        sending = 0;
        sent = 0;
        for (int i = 0; i < DEPTH; i++) {
            driver.add(RECEIVE, TestDriver.written(RECEIVED + i * PIECE, bufferLength));
        }
    }

    @Override
    public void send(int number, int length) {
        int place = SENT + sending++ % DEPTH * PIECE;
        MemorySegment frame = driver.memory.asSlice(place + HEADER, length);
        frame.fill((byte) 0);
        frame.asSlice(0, 6).fill((byte) 0xff);
        frame.set(ValueLayout.JAVA_INT_UNALIGNED, 14, number);
        driver.add(TRANSMIT, TestDriver.read(place, HEADER + length));
    }

    @Override
    public int underWay() {
        while (driver.hasUsed(TRANSMIT)) {
            driver.await(TRANSMIT);
            sent++;
        }
        return sending - sent;
    }

    @Override
    public int receive() {
        if (!driver.hasUsed(RECEIVE)) {
            return -1;
        }
        int place = RECEIVED + driver.await(RECEIVE).id() % DEPTH * PIECE;
        int number = driver.memory.get(ValueLayout.JAVA_INT_UNALIGNED, place + HEADER + 14);
        driver.add(RECEIVE, TestDriver.written(place, bufferLength));
        return number;
    }

    @Override
    public boolean isUp() {
        return driver.bar.read16(LINK) == 1;
    }
}
