// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import org.deviceaccess.drivers.block.RecoveringDisk;
import org.deviceaccess.spi.block.BlockGeometry;

/**
 * A namespace as it is used: blocks that can be read and written.
 *
 * @param id its id
 * @param geometry what it is like
 */
record Namespace(int id, BlockGeometry geometry) {
    /** More is done by several commands: room for longer lists would be wasted on every slot. */
    private static final long LONGEST_TRANSFER = 1 << 20;

    /** How many blocks a range can have: its length is a double word (figure 391). */
    private static final long MOST_TRIMMED = 0xffff_ffffL;

    static Namespace of(
            NamespaceIdentity identity,
            ControllerIdentity controller,
            ControllerCapabilities capabilities,
            int queues) {
        int pageSize = capabilities.pageSize();
        long longest = Math.min(LONGEST_TRANSFER, PrpLists.longestTransfer(pageSize));
        int shift = controller.maxTransferShift();
        if (shift > 0 && shift < Integer.SIZE) {
            longest = Math.min(longest, (long) pageSize << shift);
        }
        int blockSize = 1 << identity.blockShift();
        return new Namespace(
                identity.id(),
                new BlockGeometry(
                        blockSize,
                        identity.blockCount(),
                        Math.toIntExact(Math.max(1, longest / blockSize)),
                        controller.datasetManagement() ? MOST_TRIMMED : 0,
                        identity.writeProtected(),
                        controller.writeCache(),
                        RecoveringDisk.openQueues(queues),
                        RecoveringDisk.openDepth(queues, NvmeHardware.depth(capabilities))));
    }

    /** Returns whether what was promised of this namespace holds for what it is now: it may have grown. */
    boolean isStillIn(Namespace now) {
        return now.geometry.blockSize() == geometry.blockSize()
                && now.geometry.blockCount() >= geometry.blockCount()
                && now.geometry.maxTransferBlocks() >= geometry.maxTransferBlocks()
                && now.geometry.maxTrimBlocks() >= geometry.maxTrimBlocks();
    }

    long maxTransferBytes() {
        return (long) geometry.maxTransferBlocks() * geometry.blockSize();
    }
}
