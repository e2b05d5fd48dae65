// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.deviceaccess.linux.memory.LentBuffer;
import org.deviceaccess.linux.memory.LentBuffers;
import org.deviceaccess.spi.iova.IovaPlan;
import org.jspecify.annotations.Nullable;

/** Memory that the device reaches through the IOMMU. */
final class IommuBuffer extends LentBuffer {
    private final IommuMapping mapping;

    /**
     * @param memory as the user sees it
     * @param arena what the memory belongs to, or {@code null} if it is the caller's
     */
    IommuBuffer(LentBuffers owner, IommuMapping mapping, IovaPlan plan, MemorySegment memory, @Nullable Arena arena) {
        super(owner, memory, plan.constraints().direction(), plan.segments(mapping.iova()), arena);
        this.mapping = mapping;
    }

    @Override
    protected long addressAt(long offset) {
        return mapping.iova() + offset;
    }

    @Override
    protected void takeAccessAway() {
        mapping.takeAway();
    }

    @Override
    protected String description() {
        return size() + " bytes at IOVA 0x" + Long.toHexString(mapping.iova());
    }
}
