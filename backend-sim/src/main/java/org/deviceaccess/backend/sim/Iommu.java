// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deviceaccess.spi.dma.DmaDirection;

/**
 * The simulated IOMMU: what is mapped for the device, and the transfers through it. Guarded by the lock of the device.
 *
 * <p>A transfer is done as a whole or not at all. Hardware refuses page by page, so what comes before the first refused
 * page may be transferred there; no driver can rely on that.
 */
final class Iommu {
    /** Part of the contiguous range of addresses that one buffer has. */
    private record Mapping(long address, MemorySegment memory, DmaDirection direction) {
        long last() {
            return address + memory.byteSize() - 1;
        }

        boolean allows(boolean write) {
            return direction != (write ? DmaDirection.TO_DEVICE : DmaDirection.FROM_DEVICE);
        }
    }

    private final TreeMap<Long, Mapping> mappings = new TreeMap<>(Long::compareUnsigned);
    private final FaultLog faults;

    Iommu(FaultLog faults) {
        this.faults = faults;
    }

    int size() {
        return mappings.size();
    }

    void map(long address, MemorySegment memory, DmaDirection direction) {
        mappings.put(address, new Mapping(address, memory, direction));
    }

    void unmap(long address) {
        mappings.remove(address);
    }

    /**
     * Transfers between memory and the device.
     *
     * @param address the first byte in memory, as the device sees it
     * @param device the device's side
     * @param write whether the device writes memory
     * @return whether the transfer was done; if not, the fault is recorded
     */
    boolean transfer(long address, MemorySegment device, boolean write) {
        List<MemorySegment> parts = new ArrayList<>();
        long length = device.byteSize();
        for (long done = 0; done < length; ) {
            long at = address + done;
            Map.Entry<Long, Mapping> entry = mappings.floorEntry(at);
            Mapping mapping = entry == null ? null : entry.getValue();
            if (mapping == null || Long.compareUnsigned(at, mapping.last()) > 0) {
                return refuse(at, length - done, write, DmaFault.Reason.NOT_MAPPED);
            }
            if (!mapping.allows(write)) {
                return refuse(at, length - done, write, DmaFault.Reason.WRONG_DIRECTION);
            }
            if (!mapping.memory().scope().isAlive()) {
                return refuse(at, length - done, write, DmaFault.Reason.MEMORY_FREED);
            }
            long part = Math.min(length - done, mapping.last() - at + 1);
            parts.add(mapping.memory().asSlice(at - mapping.address(), part));
            done += part;
        }
        return copy(address, parts, device, write);
    }

    private boolean copy(long address, List<MemorySegment> parts, MemorySegment device, boolean write) {
        // Posted writes arrive in order: what was written before is visible before this, and this before what follows.
        VarHandle.fullFence();
        long done = 0;
        for (MemorySegment part : parts) {
            MemorySegment own = device.asSlice(done, part.byteSize());
            try {
                (write ? part : own).copyFrom(write ? own : part);
            } catch (IllegalStateException e) {
                // Memory that the caller mapped was freed by its owner just now; ours is freed under the lock only.
                if (part.scope().isAlive()) {
                    throw e;
                }
                return refuse(address + done, device.byteSize() - done, write, DmaFault.Reason.MEMORY_FREED);
            }
            done += part.byteSize();
        }
        VarHandle.fullFence();
        return true;
    }

    private boolean refuse(long address, long length, boolean write, DmaFault.Reason reason) {
        faults.refused(address, length, write, reason);
        return false;
    }
}
