// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.virtio.TestDriver.Piece;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disks that virtio 1.2, 5.2 allows: what they say of themselves, and that they hold their drivers to it. */
@Timeout(60)
class BlockModelTest {
    private static final long SIZE_MAX = 1L << 1;
    private static final long SEG_MAX = 1L << 2;
    private static final long RO = 1L << 5;
    private static final long BLK_SIZE = 1L << 6;
    private static final long MQ = 1L << 12;
    private static final long DISCARD_FEATURE = 1L << 13;
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int DISCARD = 11;
    private static final int OK = 0;
    private static final int IO_ERROR = 1;
    private static final int UNSUPPORTED = 2;
    private static final int HEADER = TestDriver.DATA;
    private static final int STATUS = TestDriver.DATA + 0x100;
    private static final int RANGE = TestDriver.DATA + 0x200;
    private static final int DATA = TestDriver.DATA + 0x1000;

    private DeviceAccess device;
    private Simulation simulation;
    private TestDriver driver;

    private void open(String options) {
        device = Devices.open("sim:virtio-blk?latency=0&size=1M" + options);
        simulation = device.unwrap(Simulation.class).orElseThrow();
        driver = new TestDriver(device);
        driver.start();
    }

    @AfterEach
    void close() {
        if (device != null) {
            device.close();
        }
    }

    private int field(int offset) {
        return driver.bar.read32(TestDriver.SPECIFIC + offset);
    }

    private boolean has(long feature) {
        return (driver.offered() & feature) != 0;
    }

    /** Hands a request over; the pieces are what is between its header and its status. */
    private void submit(int type, long sector, Piece... data) {
        driver.memory.set(ValueLayout.JAVA_INT_UNALIGNED, HEADER, type);
        driver.memory.set(ValueLayout.JAVA_LONG_UNALIGNED, HEADER + 8, sector);
        driver.memory.set(ValueLayout.JAVA_BYTE, STATUS, (byte) 0x55);
        Piece[] all = new Piece[data.length + 2];
        all[0] = TestDriver.read(HEADER, 16);
        System.arraycopy(data, 0, all, 1, data.length);
        all[data.length + 1] = TestDriver.written(STATUS, 1);
        driver.add(0, all);
    }

    private int execute(int type, long sector, Piece... data) {
        submit(type, sector, data);
        driver.await(0);
        return driver.memory.get(ValueLayout.JAVA_BYTE, STATUS);
    }

    private int discard(long sector, int count) {
        driver.memory.set(ValueLayout.JAVA_LONG_UNALIGNED, RANGE, sector);
        driver.memory.set(ValueLayout.JAVA_INT_UNALIGNED, RANGE + 8, count);
        return execute(DISCARD, 0, TestDriver.read(RANGE, 16));
    }

    private void assertRefused() {
        long end = System.nanoTime() + 20_000_000_000L;
        while ((driver.status() & TestDriver.NEEDS_RESET) == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertTrue((driver.status() & TestDriver.NEEDS_RESET) != 0);
        assertFalse(driver.hasUsed(0));
        assertEquals(1, simulation.deviceFaults().size());
    }

    @Test
    void aDiskOfOneQueueDoesNotOfferSeveral() {
        open("&queues=1");
        assertFalse(has(MQ));
        assertEquals(1, driver.bar.read16(0x12));
        assertEquals(OK, execute(IN, 0, TestDriver.written(DATA, 512)));
        device.close();
        open("");
        assertTrue(has(MQ));
        assertEquals(4, driver.bar.read16(TestDriver.SPECIFIC + 34));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 65536})
    void blocksAreAsLongAsAsked(int size) {
        open("&block-size=" + size);
        assertTrue(has(BLK_SIZE));
        assertEquals(size, field(20));
        assertEquals((1 << 20) / 512, field(0), "the capacity is in sectors all the same");
        int sectors = size / 512;
        driver.memory.set(ValueLayout.JAVA_INT_UNALIGNED, DATA + size - 4, 0x12345678);
        assertEquals(OK, execute(OUT, sectors, TestDriver.read(DATA, size)));
        driver.memory.set(ValueLayout.JAVA_INT_UNALIGNED, DATA + size - 4, 0);
        assertEquals(OK, execute(IN, sectors, TestDriver.written(DATA, size)));
        assertEquals(0x12345678, driver.memory.get(ValueLayout.JAVA_INT_UNALIGNED, DATA + size - 4));
        if (sectors > 1) {
            assertEquals(IO_ERROR, execute(IN, 1, TestDriver.written(DATA, size)));
            assertEquals(IO_ERROR, execute(IN, 0, TestDriver.written(DATA, size / 2)));
            assertEquals(IO_ERROR, discard(0, 1));
            assertEquals(sectors, field(44), "the alignment of discarded ranges");
        }
        assertEquals(OK, discard(sectors, sectors));
    }

    @Test
    void aBlockIsNoOddNumberOfBytes() {
        assertThrows(InvalidOptionException.class, () -> Devices.open("sim:virtio-blk?block-size=1000"));
        assertThrows(InvalidOptionException.class, () -> Devices.open("sim:virtio-blk?block-size=131072"));
    }

    @Test
    void aReadOnlyDiskIsNotWritten() {
        open("&read-only=true");
        assertTrue(has(RO));
        driver.memory.asSlice(DATA, 512).fill((byte) 7);
        assertEquals(IO_ERROR, execute(OUT, 0, TestDriver.read(DATA, 512)));
        assertEquals(IO_ERROR, discard(0, 1));
        assertEquals(OK, execute(IN, 0, TestDriver.written(DATA, 512)));
        assertEquals(0, driver.memory.get(ValueLayout.JAVA_BYTE, DATA));
    }

    @Test
    void noMoreIsDiscardedThanTheLimit() {
        open("&max-discard-sectors=16");
        assertTrue(has(DISCARD_FEATURE));
        assertEquals(16, field(36));
        assertEquals(OK, discard(0, 16));
        assertEquals(UNSUPPORTED, discard(0, 17));
        device.close();
        open("&max-discard-sectors=0");
        assertFalse(has(DISCARD_FEATURE));
        assertEquals(UNSUPPORTED, discard(0, 1));
    }

    @Test
    void aDiskWithoutSegMaxTakesDataInOnePieceOnly() {
        open("&max-segments=0");
        assertFalse(has(SEG_MAX));
        assertEquals(OK, execute(IN, 0, TestDriver.written(DATA, 1024)));
        submit(IN, 0, TestDriver.written(DATA, 512), TestDriver.written(DATA + 4096, 512));
        assertRefused();
    }

    @Test
    void dataIsInNoMoreAndNoLongerPiecesThanTheDiskSays() {
        open("&max-segments=2&max-segment-bytes=512");
        assertTrue(has(SEG_MAX) && has(SIZE_MAX));
        assertEquals(2, field(12));
        assertEquals(512, field(8));
        Piece[] pieces = {
            TestDriver.read(DATA, 512), TestDriver.read(DATA + 4096, 512), TestDriver.read(DATA + 8192, 512)
        };
        assertEquals(OK, execute(OUT, 0, pieces[0], pieces[1]));
        submit(OUT, 0, pieces);
        assertRefused();
        simulation.clearFaults();
        driver.start();
        submit(OUT, 0, TestDriver.read(DATA, 1024));
        assertRefused();
    }

    @Test
    void aStatusOfChoiceIsAnswered() {
        open("");
        device.unwrap(VirtioFaults.class).orElseThrow().fail(77);
        assertEquals(77, execute(IN, 0, TestDriver.written(DATA, 512)));
        assertEquals(OK, execute(IN, 0, TestDriver.written(DATA, 512)));
    }

    @Test
    void strangeCompletionsAreOnDemand() {
        open("");
        VirtioFaults faults = device.unwrap(VirtioFaults.class).orElseThrow();
        faults.useUnknownId();
        submit(IN, 0, TestDriver.written(DATA, 512));
        assertTrue(driver.await(0).id() != 0, "another descriptor");
        faults.useTooLong();
        submit(IN, 0, TestDriver.written(DATA, 512));
        assertEquals(514, driver.await(0).length());
        faults.lose();
        submit(IN, 0, TestDriver.written(DATA, 512));
        submit(IN, 0, TestDriver.written(DATA, 512));
        assertEquals(9, driver.await(0).id(), "the one before is lost");
        assertEquals(List.of(), simulation.deviceFaults());
    }
}
