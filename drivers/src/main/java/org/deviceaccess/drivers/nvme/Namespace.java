// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

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

    static Namespace of(NamespaceIdentity identity, ControllerIdentity controller, NvmeController limits) {
        int pageSize = limits.capabilities().pageSize();
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
                        controller.datasetManagement() ? IoCommands.MOST_TRIMMED : 0,
                        identity.writeProtected(),
                        controller.writeCache(),
                        limits.queueCount() - 1, // one is for the synchronous operations
                        limits.capabilities().maxEntries() - 1));
    }

    long maxTransferBytes() {
        return (long) geometry.maxTransferBlocks() * geometry.blockSize();
    }
}
