// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import org.deviceaccess.backend.sim.model.Bus;
import org.jspecify.annotations.Nullable;

/** The queues that the controller has, by number; 0 are the admin queues. */
final class QueueSet {
    /** How many I/O queue pairs there can be. */
    static final int MOST = 16;

    /** The vectors: one for each pair of queues. */
    static final int VECTORS = MOST + 1;

    private static final int CONTIGUOUS = 1;
    private static final int INTERRUPTS_ENABLED = 1 << 1;

    private final Bus bus;
    private final int maxEntries;
    private final int pageSize;
    private final @Nullable SubmissionQueue[] submissions = new SubmissionQueue[MOST + 1];
    private final @Nullable CompletionQueue[] completions = new CompletionQueue[MOST + 1];

    QueueSet(Bus bus, int maxEntries, int pageSize) {
        this.bus = bus;
        this.maxEntries = maxEntries;
        this.pageSize = pageSize;
    }

    void createAdmin(long submission, int submissionEntries, long completion, int completionEntries) {
        CompletionQueue queue = new CompletionQueue(bus, completion, completionEntries, 0);
        completions[0] = queue;
        submissions[0] = new SubmissionQueue(bus, 0, submission, submissionEntries, queue);
    }

    @Nullable
    SubmissionQueue submission(int number) {
        return number < submissions.length ? submissions[number] : null;
    }

    @Nullable
    CompletionQueue completion(int number) {
        return number < completions.length ? completions[number] : null;
    }

    void clear() {
        for (int i = 0; i <= MOST; i++) {
            submissions[i] = null;
            completions[i] = null;
        }
    }

    /** Create I/O Completion Queue (5.3); returns a status. */
    int createCompletion(Command command) {
        int number = command.dword10() & 0xffff;
        int entries = (command.dword10() >>> 16) + 1;
        boolean interrupts = (command.dword11() & INTERRUPTS_ENABLED) != 0;
        int vector = command.dword11() >>> 16;
        if (number == 0 || number > MOST || completions[number] != null) {
            return Status.INVALID_QUEUE_ID;
        }
        int status = check(command, entries);
        if (status != Status.SUCCESS) {
            return status;
        }
        if (interrupts && vector >= VECTORS) {
            return Status.INVALID_VECTOR;
        }
        completions[number] = new CompletionQueue(bus, command.prp1(), entries, interrupts ? vector : -1);
        return Status.SUCCESS;
    }

    /** Create I/O Submission Queue (5.4); returns a status. */
    int createSubmission(Command command) {
        int number = command.dword10() & 0xffff;
        int entries = (command.dword10() >>> 16) + 1;
        int completion = command.dword11() >>> 16;
        if (number == 0 || number > MOST || submissions[number] != null) {
            return Status.INVALID_QUEUE_ID;
        }
        CompletionQueue target = completion == 0 || completion > MOST ? null : completions[completion];
        if (target == null) {
            return Status.INVALID_COMPLETION_QUEUE;
        }
        int status = check(command, entries);
        if (status == Status.SUCCESS) {
            submissions[number] = new SubmissionQueue(bus, number, command.prp1(), entries, target);
        }
        return status;
    }

    /** Delete I/O Submission Queue (5.6); returns a status. */
    int deleteSubmission(int number) {
        SubmissionQueue queue = number == 0 ? null : submission(number);
        if (queue == null) {
            return Status.INVALID_QUEUE_ID;
        }
        queue.completions().use(-1);
        submissions[number] = null;
        return Status.SUCCESS;
    }

    /** Delete I/O Completion Queue (5.5); returns a status. */
    int deleteCompletion(int number) {
        CompletionQueue queue = number == 0 ? null : completion(number);
        if (queue == null) {
            return Status.INVALID_QUEUE_ID;
        }
        if (queue.isUsed()) {
            return Status.INVALID_QUEUE_DELETION;
        }
        completions[number] = null;
        return Status.SUCCESS;
    }

    private int check(Command command, int entries) {
        if (entries < 2 || entries > maxEntries) {
            return Status.INVALID_QUEUE_SIZE;
        }
        if ((command.dword11() & CONTIGUOUS) == 0) {
            return Status.INVALID_FIELD;
        }
        return command.prp1() % pageSize != 0 ? Status.INVALID_PRP_OFFSET : Status.SUCCESS;
    }
}
