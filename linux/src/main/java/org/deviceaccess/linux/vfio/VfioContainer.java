// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.dma.DmaDirection;

/**
 * A container, {@code /dev/vfio/vfio}: an I/O address space that groups of devices are put into.
 *
 * <p>The methods that answer a number answer as {@link LibC} does: a negated error number means different things to
 * different callers, and they explain it. Safe for use by any thread.
 */
public final class VfioContainer implements AutoCloseable {
    /** The file that every container is opened from. */
    public static final String PATH = "/dev/vfio/vfio";

    private final Fd fd;
    private final Requests requests;

    VfioContainer(LibC libc, Fd fd) {
        this.fd = fd;
        this.requests = new Requests(libc, fd);
    }

    Fd fd() {
        return fd;
    }

    /** Returns the version of the interface; the only one there is is 0. */
    int apiVersion() {
        return requests.call(Vfio.VFIO_GET_API_VERSION, 0);
    }

    /** Returns 1 if the kernel has this type, 0 if not. */
    int checkExtension(IommuType type) {
        return requests.call(Vfio.VFIO_CHECK_EXTENSION, type.number());
    }

    /** Makes the container use the type; a group must be in it. */
    int setIommu(IommuType type) {
        return requests.call(Vfio.VFIO_SET_IOMMU, type.number());
    }

    /** Returns what the IOMMU can do; the container must be set to a type that has one. */
    public IommuInfo iommuInfo() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = requests.info(arena, Vfio.VFIO_IOMMU_GET_INFO, VfioIommuType1Info.SIZE, -1)
                    .orElseThrow();
            return IommuInfo.decode(struct);
        }
    }

    /**
     * Maps memory for the devices of the container and pins it.
     *
     * @param direction what the devices may do with it
     * @param address where the memory is in this process, a multiple of the smallest page size
     * @param iova where the devices are to see it, likewise
     * @param size in bytes, likewise
     * @return 0, or a negated error number
     */
    public int map(DmaDirection direction, long address, long iova, long size) {
        int access = switch (direction) {
            case TO_DEVICE -> VfioIommuType1DmaMap.VFIO_DMA_MAP_FLAG_READ;
            case FROM_DEVICE -> VfioIommuType1DmaMap.VFIO_DMA_MAP_FLAG_WRITE;
            case BIDIRECTIONAL ->
                VfioIommuType1DmaMap.VFIO_DMA_MAP_FLAG_READ | VfioIommuType1DmaMap.VFIO_DMA_MAP_FLAG_WRITE;
        };
        try (Arena arena = Arena.ofConfined()) {
            return requests.call(
                    Vfio.VFIO_IOMMU_MAP_DMA, VfioIommuType1DmaMap.encode(arena, access, address, iova, size));
        }
    }

    /**
     * Takes a mapping away and unpins its memory.
     *
     * @param iova where it starts
     * @param size its size in bytes
     * @return how many bytes were unmapped, or a negated error number
     */
    public long unmap(long iova, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = VfioIommuType1DmaUnmap.encode(arena, iova, size);
            int result = requests.call(Vfio.VFIO_IOMMU_UNMAP_DMA, struct);
            return result < 0 ? result : VfioIommuType1DmaUnmap.unmapped(struct);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
