// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import org.deviceaccess.spi.block.BlockDevice;
import org.junit.jupiter.api.Assumptions;

/** How deep a queue the kit opens of a disk; a disk may have no queue to be opened at all. */
final class QueueDepth {
    private QueueDepth() {}

    /** Returns the depth of a queue of so many commands at the most; ends the test where the disk has no queue. */
    static int of(BlockDevice disk, int most) {
        Assumptions.assumeTrue(any(disk), "the device has no queue to be opened");
        return Math.min(most, disk.geometry().maxQueueDepth());
    }

    /** Returns whether the disk has a queue to be opened. */
    static boolean any(BlockDevice disk) {
        return disk.geometry().maxQueues() > 0;
    }
}
