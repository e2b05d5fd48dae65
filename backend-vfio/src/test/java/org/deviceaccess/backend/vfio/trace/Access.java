// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One access to a register as the device saw it.
 *
 * @param write whether it was a write
 * @param offset in bytes from the start of the BAR
 * @param size in bytes
 * @param value what was written or read
 */
record Access(boolean write, long offset, int size, long value) {
    /** The line that QEMU's trace event of this name prints (softmmu/trace-events). */
    private static final Pattern LINE =
            Pattern.compile("memory_region_ops_(read|write) cpu -?\\d+ mr (0x[0-9a-f]+) addr 0x([0-9a-f]+)"
                    + " value 0x([0-9a-f]+) size (\\d+) name '([^']*)'");

    static Access write32(long offset, int value) {
        return new Access(true, offset, 4, Integer.toUnsignedLong(value));
    }

    static Access write64(long offset, long value) {
        return new Access(true, offset, 8, value);
    }

    static Access read32(long offset, int value) {
        return new Access(false, offset, 4, Integer.toUnsignedLong(value));
    }

    /**
     * An access and the region of QEMU that it went to; several devices have regions of one name.
     *
     * @param region the address of the region inside QEMU
     * @param access the access
     */
    record Traced(String region, Access access) {
        /** Returns the access that a line tells of, or {@code null} if it tells of none to regions of that name. */
        static @Nullable Traced parse(String line, String regionName, long barSize) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.find() || !matcher.group(6).equals(regionName)) {
                return null;
            }
            return new Traced(
                    matcher.group(2),
                    new Access(
                            matcher.group(1).equals("write"),
                            // A BAR is aligned to its size.
                            Long.parseUnsignedLong(matcher.group(3), 16) & (barSize - 1),
                            Integer.parseInt(matcher.group(5)),
                            Long.parseUnsignedLong(matcher.group(4), 16)));
        }
    }
}
