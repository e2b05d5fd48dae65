// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with the commands of one sort, in the order it is asked for, one for each command that the controller
 * fetches next. Safe for use by any thread.
 */
public final class CommandFaults {
    /** What is wrong with a command's end. */
    enum Kind {
        STATUS,
        STALL,
        LOSE,
        UNKNOWN_ID,
        TWICE,
        WRONG_HEAD,
        WRONG_QUEUE
    }

    /** One fault: what is wrong, and the status where that is it. */
    record Fault(Kind kind, int status) {
        /** Returns whether the command is done all the same. */
        boolean isDone() {
            return kind != Kind.STATUS && kind != Kind.STALL;
        }
    }

    private final Queue<Fault> next = new ArrayDeque<>(); // guarded by this

    CommandFaults() {}

    /**
     * Lets a command fail: nothing is transferred.
     *
     * @param status status code in bits 7 to 0, status code type in bits 10 to 8, "do not retry" in bit 14, as figure 126
     *     of the specification has them from bit 1 on
     */
    public void fail(int status) {
        fail(status, 1);
    }

    /**
     * Lets the next commands fail, each with the same status.
     *
     * @param status as {@link #fail(int)} has it
     * @param times how many commands, at least 1
     * @throws IllegalArgumentException if the number is not positive
     */
    public synchronized void fail(int status, int times) {
        if (times < 1) {
            throw new IllegalArgumentException(times + " commands are not at least 1");
        }
        for (int i = 0; i < times; i++) {
            next.add(new Fault(Kind.STATUS, status));
        }
    }

    /** Lets a command hang until it is aborted. */
    public void stall() {
        add(Kind.STALL);
    }

    /** Loses the completion of a command that was done; aborting it does not help. */
    public void loseCompletion() {
        add(Kind.LOSE);
    }

    /** Completes a command with an id that no command has. */
    public void completeUnknownId() {
        add(Kind.UNKNOWN_ID);
    }

    /** Completes a command twice. */
    public void completeTwice() {
        add(Kind.TWICE);
    }

    /** Completes a command with a submission queue head that is outside of the queue. */
    public void completeWithWrongHead() {
        add(Kind.WRONG_HEAD);
    }

    /** Completes a command as one of another submission queue. */
    public void completeForWrongQueue() {
        add(Kind.WRONG_QUEUE);
    }

    synchronized @Nullable Fault take() {
        return next.poll();
    }

    private synchronized void add(Kind kind) {
        next.add(new Fault(kind, Status.SUCCESS));
    }
}
