// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;

/**
 * The requests that one VFIO file answers.
 *
 * @param libc the C library
 * @param fd the file: container, group or device
 */
record Requests(LibC libc, Fd fd) {
    // All structures begin with argsz; those that describe something by an index have it at the same place.
    private static final long ARGSZ = VfioRegionInfo.ARGSZ;
    private static final long INDEX = VfioRegionInfo.INDEX;

    // Real chains are some hundred bytes long.
    private static final long MAX_ARGSZ = 1 << 20;
    private static final int MAX_ATTEMPTS = 8;

    /** Makes a request; answers as {@link LibC#ioctl} does. */
    int call(long request, long argument) {
        int number = fd.acquire();
        try {
            return libc.ioctl(number, request, argument);
        } finally {
            fd.release();
        }
    }

    /** Makes a request with a structure; answers as {@link LibC#ioctl} does. */
    int call(long request, MemorySegment struct) {
        return call(request, struct.address());
    }

    /**
     * Asks for an information structure, with room for all that the kernel has to say.
     *
     * @param arena where the structure is to live
     * @param request which one
     * @param size the size of its fixed part in bytes
     * @param index the index it is about, or -1 if the structure has none
     * @return the structure, as long as {@code argsz} says; empty if the kernel does not know the index
     */
    Optional<MemorySegment> info(Arena arena, long request, long size, int index) {
        long argsz = size;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            MemorySegment struct = arena.allocate(argsz, Long.BYTES);
            struct.set(JAVA_INT, ARGSZ, (int) argsz);
            if (index >= 0) {
                struct.set(JAVA_INT, INDEX, index);
            }
            int result = call(request, struct);
            if (result == -Errnos.EINVAL && index >= 0) {
                return Optional.empty();
            }
            if (result < 0) {
                throw KernelErrors.of(result, Failure.during(describe(request)).path(fd.name()));
            }
            long wanted = Integer.toUnsignedLong(struct.get(JAVA_INT, ARGSZ));
            if (wanted <= argsz) {
                return Optional.of(struct);
            }
            if (wanted > MAX_ARGSZ) {
                throw malformed(request, "it wants " + wanted + " bytes for its answer");
            }
            // The offsets in the structure are aligned as the kernel likes, so is its end.
            argsz = wanted;
        }
        throw malformed(request, "it wants more room each time it is asked");
    }

    private MalformedDeviceException malformed(long request, String why) {
        return new MalformedDeviceException(Failure.during(describe(request))
                .because(why)
                .path(fd.name())
                .remedy("This is a defect of the kernel's VFIO driver for the device; update the kernel"));
    }

    private static String describe(long request) {
        return switch ((int) request) {
            case (int) Vfio.VFIO_DEVICE_GET_INFO -> "ask what the device has (VFIO_DEVICE_GET_INFO)";
            case (int) Vfio.VFIO_DEVICE_GET_REGION_INFO -> "ask for a region (VFIO_DEVICE_GET_REGION_INFO)";
            case (int) Vfio.VFIO_DEVICE_GET_IRQ_INFO -> "ask for an interrupt (VFIO_DEVICE_GET_IRQ_INFO)";
            case (int) Vfio.VFIO_IOMMU_GET_INFO -> "ask what the IOMMU can do (VFIO_IOMMU_GET_INFO)";
            default -> "make the VFIO request 0x" + Long.toHexString(request);
        };
    }
}
