// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegisterCalls;

/**
 * Serves a region with {@code pread} and {@code pwrite}: a range of a VFIO device's file, or a file of sysfs.
 *
 * <p>Allocates nothing once as many threads have used it at the same time before. The byte order of the machine is the
 * bus's, see {@link JnaLibC#load}.
 */
public final class FdRegisters implements RegisterCalls {
    private static final String GONE = "Close the device; when it is back, open it again";

    private final LibC libc;
    private final Fd fd;
    private final RegionId id;
    private final long start;
    private final ScratchPool scratch = new ScratchPool(Long.BYTES);

    /**
     * Does not take ownership of the file; once it is closed, accesses throw {@link IllegalStateException}.
     *
     * @param libc the C library
     * @param fd the file
     * @param id the region, for errors
     * @param start where the region starts in the file, in bytes
     */
    public FdRegisters(LibC libc, Fd fd, RegionId id, long start) {
        this.libc = libc;
        this.fd = fd;
        this.id = id;
        this.start = start;
    }

    @Override
    public long read(long offset, AccessWidth width) {
        MemorySegment buffer = scratch.take();
        try {
            int number = fd.acquire();
            long result;
            try {
                result = libc.pread(number, buffer.address(), width.bytes(), start + offset);
            } finally {
                fd.release();
            }
            if (result != width.bytes()) {
                throw failed(result, "read ", offset, width);
            }
            return switch (width) {
                case BITS_8 -> buffer.get(ValueLayout.JAVA_BYTE, 0) & 0xff;
                case BITS_16 -> buffer.get(ValueLayout.JAVA_SHORT, 0) & 0xffff;
                case BITS_32 -> Integer.toUnsignedLong(buffer.get(ValueLayout.JAVA_INT, 0));
                case BITS_64 -> buffer.get(ValueLayout.JAVA_LONG, 0);
            };
        } finally {
            scratch.give(buffer);
        }
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        MemorySegment buffer = scratch.take();
        try {
            buffer.set(ValueLayout.JAVA_LONG, 0, value); // little-endian: the low bytes come first, whatever the width
            int number = fd.acquire();
            long result;
            try {
                result = libc.pwrite(number, buffer.address(), width.bytes(), start + offset);
            } finally {
                fd.release();
            }
            if (result != width.bytes()) {
                throw failed(result, "write ", offset, width);
            }
        } finally {
            scratch.give(buffer);
        }
    }

    private DeviceAccessException failed(long result, String what, long offset, AccessWidth width) {
        Failure failure = Failure.during(
                        what + width.bits() + " bits at offset 0x" + Long.toHexString(offset) + " of " + id)
                .path(fd.name());
        if (result >= 0) {
            return new DeviceLostException(
                    failure.because("the kernel moved " + result + " of " + width.bytes() + " bytes")
                            .remedy(GONE));
        }
        // vfio-pci answers EIO when memory decoding is off and when the device is gone, sysfs when it is gone.
        if (result == -Errnos.EIO) {
            return new DeviceLostException(failure.because("the device is gone or its memory decoding is off")
                    .errno(Errnos.of(Errnos.EIO))
                    .remedy(GONE));
        }
        return KernelErrors.of(result, failure);
    }
}
