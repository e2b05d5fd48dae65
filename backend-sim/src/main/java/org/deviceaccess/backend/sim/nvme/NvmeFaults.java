// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong inside a simulated NVMe controller, for tests of drivers; obtained with
 * {@code device.unwrap(NvmeFaults.class)}. Safe for use by any thread.
 *
 * <p>Faults of single commands are about the I/O commands that the controller fetches next, in the order they are asked
 * for, one for each command.
 */
public final class NvmeFaults {
    /** What is wrong with a command's end. */
    enum Kind {
        STATUS,
        STALL,
        LOSE,
        UNKNOWN_ID,
        TWICE,
        WRONG_HEAD
    }

    /** One fault: what is wrong, and the status where that is it. */
    record Fault(Kind kind, int status) {}

    private final Queue<Fault> next = new ArrayDeque<>(); // guarded by this
    private volatile boolean fatal;
    private volatile boolean neverReady;

    NvmeFaults() {}

    /**
     * Lets a command fail: nothing is transferred.
     *
     * @param status status code in bits 7 to 0, status code type in bits 10 to 8, "do not retry" in bit 14, as figure 126
     *     of the specification has them from bit 1 on
     */
    public void fail(int status) {
        add(Kind.STATUS, status);
    }

    /** Lets a command hang until it is aborted. */
    public void stall() {
        add(Kind.STALL, 0);
    }

    /** Loses the completion of a command that was done; aborting it does not help. */
    public void loseCompletion() {
        add(Kind.LOSE, 0);
    }

    /** Completes a command with an id that no command has. */
    public void completeUnknownId() {
        add(Kind.UNKNOWN_ID, 0);
    }

    /** Completes a command twice. */
    public void completeTwice() {
        add(Kind.TWICE, 0);
    }

    /** Completes a command with a submission queue head that is outside of the queue. */
    public void completeWithWrongHead() {
        add(Kind.WRONG_HEAD, 0);
    }

    /** Reports a fatal error (CSTS.CFS), and does no more until the controller is reset. */
    public void failFatally() {
        fatal = true;
    }

    /**
     * Lets the controller not become ready when it is enabled.
     *
     * @param never whether it does not
     */
    public void neverReady(boolean never) {
        neverReady = never;
    }

    boolean isFatal() {
        return fatal;
    }

    boolean isNeverReady() {
        return neverReady;
    }

    /** The controller was reset, which heals a fatal error. */
    void heal() {
        fatal = false;
    }

    synchronized @Nullable Fault take() {
        return next.poll();
    }

    private synchronized void add(Kind kind, int status) {
        next.add(new Fault(kind, status));
    }
}
