// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;

/**
 * The chain of capabilities at the end of an information structure.
 *
 * <p>Checked like one from a device, since vfio drivers of devices build it: a loop, a link out of the structure or a
 * capability cut short is an error.
 */
final class CapabilityChain {
    /**
     * One entry.
     *
     * @param id what it is, in the numbering of its structure
     * @param content the bytes from the entry's header to the end of the structure, as no entry tells its own length
     */
    record Entry(int id, MemorySegment content) {
        /**
         * Returns an entry's trailing array, one slice for each element.
         *
         * @param count the offset of the 32-bit number of elements
         * @param first the offset of the first element
         * @param elementSize the size of each in bytes
         */
        List<MemorySegment> array(long count, long first, long elementSize) {
            require(first, "its fixed part");
            long elements = Integer.toUnsignedLong(content.get(JAVA_INT_UNALIGNED, count));
            require(first + elements * elementSize, elements + " elements of " + elementSize + " bytes");
            List<MemorySegment> slices = new ArrayList<>();
            for (long i = 0; i < elements; i++) {
                slices.add(content.asSlice(first + i * elementSize, elementSize));
            }
            return slices;
        }

        /** Returns the 32-bit number at the offset, unsigned. */
        long uint32(long offset) {
            require(offset + Integer.BYTES, "its fixed part");
            return Integer.toUnsignedLong(content.get(JAVA_INT_UNALIGNED, offset));
        }

        private void require(long length, String what) {
            if (length > content.byteSize()) {
                throw malformed("capability " + id + " has no room for " + what);
            }
        }
    }

    private CapabilityChain() {}

    /**
     * Reads a chain.
     *
     * @param struct the whole structure as the kernel filled it
     * @param first where the first entry is, 0 for an empty chain
     * @return the entries in the order of the chain
     */
    static List<Entry> read(MemorySegment struct, int first) {
        List<Entry> entries = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        long offset = Integer.toUnsignedLong(first);
        while (offset != 0) {
            if (offset > struct.byteSize() - VfioInfoCapHeader.SIZE) {
                throw malformed("the link " + offset + " leads out of a structure of " + struct.byteSize() + " bytes");
            }
            if (!seen.add(offset)) {
                throw malformed("the link " + offset + " makes a loop");
            }
            MemorySegment entry = struct.asSlice(offset);
            int id = Short.toUnsignedInt(entry.get(JAVA_SHORT_UNALIGNED, VfioInfoCapHeader.ID));
            entries.add(new Entry(id, entry));
            offset = Integer.toUnsignedLong(entry.get(JAVA_INT_UNALIGNED, VfioInfoCapHeader.NEXT));
        }
        return entries;
    }

    private static MalformedDeviceException malformed(String why) {
        return new MalformedDeviceException(Failure.during("read the capabilities that VFIO reports")
                .because(why)
                .remedy("This is a defect of the kernel's VFIO driver for the device; update the kernel"));
    }
}
