// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockStatus;

/**
 * Commands that have ended and were not reported yet, in the order they ended. Used by one thread at a time; allocates
 * nothing.
 */
final class EndedCommands {
    private final long[] tokens;
    private final BlockStatus[] statuses;
    private final int[] deviceStatuses;
    private int first;
    private int size;
    private boolean reporting;

    /** Makes room for so many commands. */
    EndedCommands(int depth) {
        tokens = new long[depth];
        statuses = new BlockStatus[depth];
        deviceStatuses = new int[depth];
    }

    int size() {
        return size;
    }

    void add(long token, BlockStatus status, int deviceStatus) {
        int at = first + size < tokens.length ? first + size : first + size - tokens.length;
        tokens[at] = token;
        statuses[at] = status;
        deviceStatuses[at] = deviceStatus;
        size++;
    }

    /** Moves all of them behind those of another, which has room for them. */
    void moveTo(EndedCommands other) {
        while (size > 0) {
            other.add(tokens[first], statuses[first], deviceStatuses[first]);
            dropFirst();
        }
    }

    /** Throws if this is called from inside of a completion. */
    void requireNotReporting(String operation) {
        if (reporting) {
            throw new IllegalStateException("a completion must not " + operation + " its queue");
        }
    }

    /**
     * Reports the commands that are here now, not those that a completion adds. If a completion throws, the others are
     * reported the next time.
     *
     * @return how many
     */
    int report(BlockCompletion completion) {
        int count = size;
        reporting = true;
        try {
            for (int i = 0; i < count; i++) {
                int at = first;
                dropFirst();
                completion.completed(tokens[at], statuses[at], deviceStatuses[at]);
            }
        } finally {
            reporting = false;
        }
        return count;
    }

    private void dropFirst() {
        first = first + 1 == tokens.length ? 0 : first + 1;
        size--;
    }
}
