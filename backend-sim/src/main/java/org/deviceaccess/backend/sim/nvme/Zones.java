// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

/**
 * The zones of a zoned namespace, which are written from their start on, in order (NVM Express Zoned Namespace Command Set
 * 1.1, 2.1.1).
 */
final class Zones {
    private static final int WANTED = 8;

    private final long length;
    private final long[] written;

    /** Divides blocks into zones of one length; a rest that makes no zone is left out. */
    Zones(long blocks) {
        length = Long.highestOneBit(Math.max(1, blocks / WANTED));
        written = new long[Math.toIntExact(blocks / length)];
    }

    /** Returns how many blocks a zone has. */
    long length() {
        return length;
    }

    /** Returns how many blocks all zones have. */
    long blocks() {
        return written.length * length;
    }

    /** Checks a write and moves the write pointer; returns a status. */
    int write(long lba, long blocks) {
        int zone = (int) (lba / length);
        if (written[zone] == length) {
            return Status.ZONE_FULL;
        }
        if (lba % length != written[zone]) {
            return Status.ZONE_INVALID_WRITE;
        }
        if (written[zone] + blocks > length) {
            return Status.ZONE_BOUNDARY;
        }
        written[zone] += blocks;
        return Status.SUCCESS;
    }
}
