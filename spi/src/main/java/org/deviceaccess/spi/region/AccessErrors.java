// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MisalignedAccessException;
import org.deviceaccess.spi.error.RegionAccessException;
import org.deviceaccess.spi.error.RegionBoundsException;
import org.deviceaccess.spi.error.UnsupportedWidthException;

/** Finds out, off the hot path, what is wrong with an access, so that both kinds of region say it alike. */
final class AccessErrors {
    private static final long SLICE_ALIGNMENT = 8;

    private AccessErrors() {}

    /** Throws the error of an access that its region cannot do; returns if there is nothing wrong with it. */
    static void check(RegionInfo info, boolean write, long offset, AccessWidth width) {
        if (offset < 0 || offset > info.size() - width.bytes()) {
            throw new RegionBoundsException(Failure.during(describe(info, write, offset, width))
                    .because("the region has " + info.size() + " bytes, so the last offset for this width is "
                            + hex(Math.max(0, info.size() - width.bytes())))
                    .remedy("Compare the offset with Region.size() or the device's data sheet"));
        }
        if ((offset & (width.bytes() - 1)) != 0) {
            throw new MisalignedAccessException(Failure.during(describe(info, write, offset, width))
                    .because("the offset is not a multiple of " + width.bytes())
                    .remedy("Use a narrower access, or the register's own offset"));
        }
        if (!info.widths().contains(width)) {
            throw new UnsupportedWidthException(Failure.during(describe(info, write, offset, width))
                    .because(info.id() + " supports " + supported(info) + " bits")
                    .remedy("Use one of the supported widths; RegionInfo.widths() tells them"));
        }
        if (write ? !info.writable() : !info.readable()) {
            throw new RegionAccessException(Failure.during(describe(info, write, offset, width))
                    .because(info.id() + " can not be " + (write ? "written" : "read")));
        }
    }

    static void checkSlice(RegionInfo info, long offset, long size) {
        String operation = "slice " + info.id() + " at " + hex(offset) + " with " + size + " bytes";
        if (size <= 0 || offset < 0 || offset > info.size() - size) {
            throw new RegionBoundsException(
                    Failure.during(operation).because("the region has " + info.size() + " bytes"));
        }
        if (offset % SLICE_ALIGNMENT != 0) {
            throw new MisalignedAccessException(
                    Failure.during(operation).because("the offset is not a multiple of " + SLICE_ALIGNMENT));
        }
    }

    static String describe(RegionInfo info, boolean write, long offset, AccessWidth width) {
        return (write ? "write " : "read ") + width.bits() + " bits at offset " + hex(offset) + " of " + info.id();
    }

    private static String supported(RegionInfo info) {
        return String.join(
                ", ",
                info.widths().stream()
                        .sorted()
                        .map(w -> Integer.toString(w.bits()))
                        .toList());
    }

    private static String hex(long value) {
        return value < 0 ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
}
