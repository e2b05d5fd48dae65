// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.ArrayDeque;
import java.util.Deque;

/** What went wrong lately, for the error information log (NVM Express Base Specification 1.4, 5.14.1.1). */
final class ErrorLog {
    /** How many entries it has. */
    static final int ENTRIES = 4;

    private static final int ENTRY = 64;
    private static final int NO_COMMAND = 0xffff;
    private static final int NO_LOCATION = 0xffff;

    private record Entry(long count, int queue, int command, int status, long lba, int namespace) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long count;

    /** Returns how many errors there were ever. */
    long count() {
        return count;
    }

    /** Adds a command that failed and returns its status, which says that there is more to be found here. */
    int add(SubmissionQueue queue, Command command, int status) {
        long lba = queue.number() == 0 ? 0 : command.lba();
        add(queue.number(), command.id(), status | Status.MORE, lba, command.namespace());
        return status | Status.MORE;
    }

    /** Adds a doorbell that was written wrongly. */
    void addDoorbell(int queue) {
        add(queue, NO_COMMAND, 0, 0, 0);
    }

    private void add(int queue, int command, int status, long lba, int namespace) {
        if (entries.size() == ENTRIES) {
            entries.removeLast();
        }
        count++;
        entries.addFirst(new Entry(count, queue, command, status, lba, namespace));
    }

    /** Returns the log page, the latest first. */
    Page page() {
        Page page = new Page(ENTRIES * ENTRY);
        int at = 0;
        for (Entry entry : entries) {
            page.put64(at, entry.count)
                    .put16(at + 8, entry.queue)
                    .put16(at + 10, entry.command)
                    .put16(at + 12, entry.status << 1)
                    .put16(at + 14, NO_LOCATION)
                    .put64(at + 16, entry.lba)
                    .put32(at + 24, entry.namespace);
            at += ENTRY;
        }
        return page;
    }
}
