// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import org.deviceaccess.backend.sim.model.Bus;
import org.jspecify.annotations.Nullable;

/** The queues that the controller has, by number; 0 are the admin queues. */
final class QueueSet {
    private static final int CONTIGUOUS = 1;
    private static final int INTERRUPTS_ENABLED = 1 << 1;

    private final Bus bus;
    private final int most;
    private final @Nullable SubmissionQueue[] submissions;
    private final @Nullable CompletionQueue[] completions;

    /**
     * Makes an empty set.
     *
     * @param most how many I/O queue pairs there can be
     */
    QueueSet(Bus bus, int most) {
        this.bus = bus;
        this.most = most;
        submissions = new SubmissionQueue[most + 1];
        completions = new CompletionQueue[most + 1];
    }

    /** Returns how many I/O queue pairs there can be. */
    int most() {
        return most;
    }

    /** Returns whether there is an I/O queue. */
    boolean hasIoQueues() {
        for (int i = 1; i <= most; i++) {
            if (submissions[i] != null || completions[i] != null) {
                return true;
            }
        }
        return false;
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
        for (int i = 0; i <= most; i++) {
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
        if (number == 0 || number > most || completions[number] != null) {
            return Status.INVALID_QUEUE_ID;
        }
        int status = check(command, entries);
        if (status != Status.SUCCESS) {
            return status;
        }
        if (interrupts && vector > most) {
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
        if (number == 0 || number > most || submissions[number] != null) {
            return Status.INVALID_QUEUE_ID;
        }
        CompletionQueue target = completion == 0 || completion > most ? null : completions[completion];
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
        if (entries < 2 || entries > Profile.MAX_ENTRIES) {
            return Status.INVALID_QUEUE_SIZE;
        }
        if ((command.dword11() & CONTIGUOUS) == 0) {
            return Status.INVALID_FIELD;
        }
        return command.prp1() % Profile.PAGE_SIZE != 0 ? Status.INVALID_PRP_OFFSET : Status.SUCCESS;
    }
}
