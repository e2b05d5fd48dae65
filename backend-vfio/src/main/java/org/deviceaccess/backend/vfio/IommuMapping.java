// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.vfio.VfioContainer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.iova.IovaSpace;

/** Addresses that were taken from the space, and perhaps mapped. Used inside the lock of {@link IommuDma}. */
final class IommuMapping {
    private final VfioContainer container;
    private final IovaSpace space;
    private final long iova;
    private final long size;
    private State state = State.RESERVED;

    private enum State {
        RESERVED,
        MAPPED,
        GONE
    }

    /**
     * @param iova the first address
     * @param size how many bytes, a multiple of the page size
     */
    IommuMapping(VfioContainer container, IovaSpace space, long iova, long size) {
        this.container = container;
        this.space = space;
        this.iova = iova;
        this.size = size;
    }

    long iova() {
        return iova;
    }

    /** Maps memory at the addresses; answers 0 or a negated error number. */
    int map(DmaDirection direction, long address) {
        int result = container.map(direction, address, iova, size);
        if (result >= 0) {
            state = State.MAPPED;
        }
        return result;
    }

    /** Takes the mapping away if there is one, and gives the addresses back. Can be repeated without effect. */
    void takeAway() {
        State before = state;
        state = State.GONE;
        if (before == State.MAPPED) {
            long unmapped = container.unmap(iova, size);
            if (unmapped != size) {
                // The addresses may still lead to the memory, so nobody gets them again.
                throw failed(unmapped);
            }
        }
        if (before != State.GONE) {
            space.giveBack(iova, size);
        }
    }

    private DeviceAccessException failed(long unmapped) {
        Failure failure = Failure.during("take away the device's access to " + size + " bytes at IOVA 0x"
                        + Long.toHexString(iova) + " (VFIO_IOMMU_UNMAP_DMA)")
                .path(VfioContainer.PATH);
        return unmapped < 0
                ? KernelErrors.of(unmapped, failure)
                : new KernelCallException(failure.because("the kernel took away " + unmapped + " bytes")
                        .remedy("Close the device, which takes everything away"));
    }
}
