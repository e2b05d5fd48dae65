// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.deviceaccess.backend.sim.DeviceFault;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/** The bare host side of an NVMe controller: its registers, the admin queue and one I/O queue, and a page for data. */
final class NvmeHost implements AutoCloseable {
    static final int CC_ENABLED = 0x0046_0001;
    static final int IDENTIFY = 0x06;
    static final int ABORT = 0x08;
    static final int SET_FEATURES = 0x09;
    static final int GET_FEATURES = 0x0a;
    static final int EVENT_REQUEST = 0x0c;
    static final int WRITE = 0x01;
    static final int READ = 0x02;

    private static final ValueLayout.OfByte INT8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int PAGE = 4096;
    private static final int DATA_PAGE = 4;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /** A completion; the status is from bit 1 of the field on. */
    record Completion(int result, int queue, int head, int id, int status) {
        /** Returns status code type and status code. */
        int code() {
            return status & 0x7ff;
        }

        boolean mayRetry() {
            return (status & 1 << 14) == 0;
        }
    }

    /** A pair of queues with the same number. */
    final class Queue {
        final int number;
        final int entries;
        private final long submissionOffset;
        private final long completionOffset;
        private int tail;
        private int head;
        private int phase = 1;
        private int nextId;

        private Queue(int number, int entries, int firstPage) {
            this.number = number;
            this.entries = entries;
            this.submissionOffset = (long) firstPage * PAGE;
            this.completionOffset = submissionOffset + PAGE;
            memory.memory().asSlice(submissionOffset, 2 * PAGE).fill((byte) 0);
        }

        /** Puts a command into the queue, without telling the controller; returns its id. */
        int put(int opcode, int namespace, int... dwordsFrom10) {
            MemorySegment entry = memory.memory().asSlice(submissionOffset + tail * 64L, 64);
            entry.fill((byte) 0);
            int id = nextId++;
            entry.set(INT32, 0, opcode | id << 16);
            entry.set(INT32, 4, namespace);
            entry.set(INT64, 24, dataAddress());
            entry.set(INT64, 32, dataAddress() + PAGE);
            for (int i = 0; i < dwordsFrom10.length; i++) {
                entry.set(INT32, 40 + 4L * i, dwordsFrom10[i]);
            }
            tail = (tail + 1) % entries;
            return id;
        }

        /** Gives the next command an id that was used before. */
        void reuse(int id) {
            nextId = id;
        }

        void prp(long prp1) {
            int last = (tail + entries - 1) % entries;
            memory.memory().set(INT64, submissionOffset + last * 64L + 24, prp1);
        }

        void ring() {
            bar.write32(0x1000 + 8L * number, tail);
        }

        int submit(int opcode, int namespace, int... dwordsFrom10) {
            int id = put(opcode, namespace, dwordsFrom10);
            ring();
            return id;
        }

        boolean hasCompletion() {
            return (memory.memory().get(INT32, completionOffset + head * 16L + 12) >>> 16 & 1) == phase;
        }

        Completion await() {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (!hasCompletion()) {
                assertTrue(System.nanoTime() < end, "a completion comes");
                Thread.onSpinWait();
            }
            return take();
        }

        private Completion take() {
            MemorySegment entry = memory.memory().asSlice(completionOffset + head * 16L, 16);
            int dword2 = entry.get(INT32, 8);
            int dword3 = entry.get(INT32, 12);
            head = (head + 1) % entries;
            if (head == 0) {
                phase ^= 1;
            }
            bar.write32(0x1004 + 8L * number, head);
            return new Completion(entry.get(INT32, 0), dword2 >>> 16, dword2 & 0xffff, dword3 & 0xffff, dword3 >>> 17);
        }

        Completion run(int opcode, int namespace, int... dwordsFrom10) {
            int id = submit(opcode, namespace, dwordsFrom10);
            Completion completion = await();
            assertEquals(id, completion.id());
            return completion;
        }
    }

    final DeviceAccess device;
    final Simulation simulation;
    final NvmeFaults faults;
    final Region bar;
    private final DmaBuffer memory;
    private Queue admin;

    /** Opens a controller and leaves it as it is found. */
    NvmeHost(String options) {
        device = Devices.open("sim:nvme?latency=0" + (options.isEmpty() ? "" : "&" + options));
        simulation = device.unwrap(Simulation.class).orElseThrow();
        faults = device.unwrap(NvmeFaults.class).orElseThrow();
        bar = device.region(RegionId.BAR0);
        memory = device.dma().allocate(16 * PAGE, DmaConstraints.NONE.withAlignment(PAGE));
        admin = new Queue(0, 32, 0);
    }

    /** Opens a controller and enables it. */
    static NvmeHost enabled(String options) {
        NvmeHost host = new NvmeHost(options);
        host.enable(CC_ENABLED);
        return host;
    }

    void enable(int configuration) {
        configureAdmin();
        bar.write32(0x14, configuration);
        awaitStatus(1, 1);
    }

    void configureAdmin() {
        admin = new Queue(0, 32, 0);
        bar.write32(0x24, 31 | 31 << 16);
        bar.write64(0x28, memory.deviceAddress());
        bar.write64(0x30, memory.deviceAddress(PAGE));
    }

    void disable() {
        bar.write32(0x14, bar.read32(0x14) & ~1);
        awaitStatus(1, 0);
    }

    void awaitStatus(int mask, int value) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while ((bar.read32(0x1c) & mask) != value) {
            assertTrue(System.nanoTime() < end, () -> "CSTS is 0x" + Integer.toHexString(bar.read32(0x1c)));
            Thread.onSpinWait();
        }
    }

    Queue admin() {
        return admin;
    }

    /** Runs an admin command that has to succeed, and returns dword 0 of its completion. */
    int run(int opcode, int namespace, int... dwordsFrom10) {
        Completion completion = admin.run(opcode, namespace, dwordsFrom10);
        assertEquals(0, completion.status(), () -> "status 0x" + Integer.toHexString(completion.status()));
        return completion.result();
    }

    /** Creates the I/O queue pair 1. */
    Queue createQueue(int entries) {
        int size = entries - 1 << 16;
        Queue queue = new Queue(1, entries, 2);
        admin.put(0x05, 0, 1 | size, 1);
        admin.prp(memory.deviceAddress(3 * PAGE));
        admin.ring();
        assertEquals(0, admin.await().status());
        admin.put(0x01, 0, 1 | size, 1 << 16 | 1);
        admin.prp(memory.deviceAddress(2 * PAGE));
        admin.ring();
        assertEquals(0, admin.await().status());
        return queue;
    }

    long dataAddress() {
        return memory.deviceAddress(DATA_PAGE * PAGE);
    }

    MemorySegment data() {
        return memory.memory().asSlice(DATA_PAGE * PAGE, 8 * PAGE);
    }

    int data8(long offset) {
        return Byte.toUnsignedInt(data().get(INT8, offset));
    }

    int data16(long offset) {
        return Short.toUnsignedInt(data().get(INT16, offset));
    }

    int data32(long offset) {
        return data().get(INT32, offset);
    }

    long data64(long offset) {
        return data().get(INT64, offset);
    }

    String text(long offset, int length) {
        byte[] bytes = data().asSlice(offset, length).toArray(INT8);
        return new String(bytes, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    }

    /** Returns what was done that is forbidden, and forgets it. */
    List<String> forbidden() {
        List<String> all =
                simulation.forbiddenAccesses().stream().map(DeviceFault::what).toList();
        simulation.clearFaults();
        return all;
    }

    @Override
    public void close() {
        device.close();
    }
}
