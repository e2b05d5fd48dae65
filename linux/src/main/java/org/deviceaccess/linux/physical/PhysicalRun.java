// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of memory that is contiguous in physical addresses.
 *
 * @param offset where it starts in the memory it is a piece of, in bytes
 * @param address its physical address
 * @param length its length in bytes
 */
record PhysicalRun(long offset, long address, long length) {
    /** Returns where it ends in the memory it is a piece of. */
    long end() {
        return offset + length;
    }

    /** Returns the pieces of a part of the memory; their offsets count from the start of the part. */
    static List<PhysicalRun> slice(List<PhysicalRun> runs, long offset, long length) {
        List<PhysicalRun> slice = new ArrayList<>();
        for (PhysicalRun run : runs) {
            long first = Math.max(run.offset, offset);
            long end = Math.min(run.end(), offset + length);
            if (first < end) {
                slice.add(new PhysicalRun(first - offset, run.address + (first - run.offset), end - first));
            }
        }
        return List.copyOf(slice);
    }
}
