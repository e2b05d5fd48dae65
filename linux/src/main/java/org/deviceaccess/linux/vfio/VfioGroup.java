// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.Failure;

/** An IOMMU group, {@code /dev/vfio/N}: the devices that cannot be isolated from each other. */
final class VfioGroup implements AutoCloseable {
    /**
     * What a group says of itself.
     *
     * @param viable whether no member is in the kernel's own use
     * @param inContainer whether it is in a container already
     */
    record Status(boolean viable, boolean inContainer) {}

    private final Fd fd;
    private final Requests requests;

    VfioGroup(LibC libc, Fd fd) {
        this.fd = fd;
        this.requests = new Requests(libc, fd);
    }

    Status status() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(VfioGroupStatus.SIZE, Long.BYTES);
            struct.set(JAVA_INT, VfioGroupStatus.ARGSZ, (int) VfioGroupStatus.SIZE);
            int result = requests.call(Vfio.VFIO_GROUP_GET_STATUS, struct);
            if (result < 0) {
                throw KernelErrors.of(
                        result,
                        Failure.during("ask for the IOMMU group's status").path(fd.name()));
            }
            int flags = VfioGroupStatus.flags(struct);
            return new Status(
                    (flags & VfioGroupStatus.VFIO_GROUP_FLAGS_VIABLE) != 0,
                    (flags & VfioGroupStatus.VFIO_GROUP_FLAGS_CONTAINER_SET) != 0);
        }
    }

    /** Puts the group into a container; answers as {@link LibC#ioctl} does. */
    int setContainer(VfioContainer container) {
        Fd containerFd = container.fd();
        int number = containerFd.acquire();
        try (Arena arena = Arena.ofConfined()) {
            return requests.call(Vfio.VFIO_GROUP_SET_CONTAINER, arena.allocateFrom(JAVA_INT, number));
        } finally {
            containerFd.release();
        }
    }

    /** Opens a device of the group by its name; answers the descriptor, or a negated error number. */
    int deviceFd(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return requests.call(Vfio.VFIO_GROUP_GET_DEVICE_FD, arena.allocateFrom(name));
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
