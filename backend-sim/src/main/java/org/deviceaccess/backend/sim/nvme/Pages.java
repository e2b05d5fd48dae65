// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.deviceaccess.backend.sim.disk.Disk;

/** The data structures that the controller answers with (NVM Express Base Specification 1.4, 5.14 and 5.15). */
final class Pages {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int IDENTIFY_LENGTH = 4096;
    private static final int HEALTH_LENGTH = 512;
    /** Data units of the health log are a thousand times 512 bytes. */
    private static final long DATA_UNIT_BLOCKS = 1000;

    private Pages() {}

    /** Identify controller (figure 247). */
    static MemorySegment controller(int maxTransferShift) {
        MemorySegment page = MemorySegment.ofArray(new byte[IDENTIFY_LENGTH]);
        page.set(INT16, 0, (short) NvmeModel.ID.vendor());
        page.set(INT16, 2, (short) NvmeModel.ID.subsystemVendor());
        text(page, 4, 20, "SIM-0001");
        text(page, 24, 40, "DeviceAccess simulated NVMe");
        text(page, 64, 8, "1.0");
        set8(page, 77, maxTransferShift);
        page.set(INT32, 80, NvmeModel.VERSION);
        set8(page, 111, 1); // an I/O controller
        set8(page, 258, 3); // abort command limit, counted from 0
        set8(page, 512, 0x66); // submission queue entries of 64 bytes
        set8(page, 513, 0x44); // completion queue entries of 16 bytes
        page.set(INT32, 516, 1); // namespaces
        page.set(INT16, 520, (short) (1 << 2)); // dataset management
        set8(page, 525, 1); // a volatile write cache
        return page;
    }

    /** Identify namespace (figure 245). */
    static MemorySegment namespace(long blocks) {
        MemorySegment page = MemorySegment.ofArray(new byte[IDENTIFY_LENGTH]);
        page.set(INT64, 0, blocks);
        page.set(INT64, 8, blocks);
        page.set(INT64, 16, blocks);
        page.set(INT32, 128, Integer.numberOfTrailingZeros(Disk.BLOCK) << 16); // the one format
        return page;
    }

    /** The list of active namespaces above an id (5.15.2.3). */
    static MemorySegment activeNamespaces(int above) {
        MemorySegment page = MemorySegment.ofArray(new byte[IDENTIFY_LENGTH]);
        if (above == 0) {
            page.set(INT32, 0, 1);
        }
        return page;
    }

    /** The SMART / health information log (figure 194). */
    static MemorySegment health(IoExecutor io) {
        MemorySegment page = MemorySegment.ofArray(new byte[HEALTH_LENGTH]);
        page.set(INT16, 1, (short) 300);
        set8(page, 3, 100);
        set8(page, 4, 10);
        page.set(INT64, 32, (io.blocksRead() + DATA_UNIT_BLOCKS - 1) / DATA_UNIT_BLOCKS);
        page.set(INT64, 48, (io.blocksWritten() + DATA_UNIT_BLOCKS - 1) / DATA_UNIT_BLOCKS);
        page.set(INT64, 64, io.reads());
        page.set(INT64, 80, io.writes());
        page.set(INT64, 112, 1);
        return page;
    }

    private static void set8(MemorySegment page, long offset, int value) {
        page.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    private static void text(MemorySegment page, long offset, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        page.asSlice(offset, length).fill((byte) ' ');
        MemorySegment.copy(bytes, 0, page, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }
}
