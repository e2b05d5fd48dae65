// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong inside a simulated NVMe controller, for tests of drivers; obtained with
 * {@code device.unwrap(NvmeFaults.class)}. Safe for use by any thread.
 *
 * <pre>{@code
 * faults.stall();                  // the next I/O command hangs
 * faults.admin(0x08).fail(0x103);  // the next Abort is refused
 * faults.admin(0x06, 0x02).fail(0x4002);  // no list of namespaces
 * }</pre>
 *
 * <p>Faults of single commands are about those that the controller fetches next, in the order they are asked for, one for
 * each command.
 */
public final class NvmeFaults {
    private static final int ANY_SELECTOR = -1;

    /** Some of the admin commands. */
    private record Selection(int opcode, int selector) {}

    private final CommandFaults io = new CommandFaults();
    private final Map<Selection, CommandFaults> admin = new HashMap<>(); // guarded by admin
    private volatile boolean fatal;
    private volatile boolean neverReady;
    private volatile boolean neverShutDown;
    private volatile boolean ignoringAborts;
    private volatile boolean stuck;
    private int failingStarts; // guarded by this

    NvmeFaults() {}

    /** Returns what can go wrong with I/O commands. */
    public CommandFaults io() {
        return io;
    }

    /**
     * Returns what can go wrong with the admin commands of an opcode.
     *
     * @param opcode 0 to 0xff
     */
    public CommandFaults admin(int opcode) {
        return admin(new Selection(opcode, ANY_SELECTOR));
    }

    /**
     * Returns what can go wrong with some of the admin commands of an opcode, before what {@link #admin(int)} has for it.
     *
     * @param opcode 0 to 0xff
     * @param selector the low byte of dword 10: CNS of Identify, the log page, the feature
     */
    public CommandFaults admin(int opcode, int selector) {
        return admin(new Selection(opcode, selector));
    }

    private CommandFaults admin(Selection selection) {
        synchronized (admin) {
            return admin.computeIfAbsent(selection, _ -> new CommandFaults());
        }
    }

    /**
     * Lets an I/O command fail: nothing is transferred.
     *
     * @param status as {@link CommandFaults#fail(int)} has it
     */
    public void fail(int status) {
        io.fail(status);
    }

    /** Lets an I/O command hang until it is aborted. */
    public void stall() {
        io.stall();
    }

    /** Loses the completion of an I/O command that was done; aborting it does not help. */
    public void loseCompletion() {
        io.loseCompletion();
    }

    /** Completes an I/O command with an id that no command has. */
    public void completeUnknownId() {
        io.completeUnknownId();
    }

    /** Completes an I/O command twice. */
    public void completeTwice() {
        io.completeTwice();
    }

    /** Completes an I/O command with a submission queue head that is outside of the queue. */
    public void completeWithWrongHead() {
        io.completeWithWrongHead();
    }

    /**
     * Lets the controller abort nothing, or no more so: each Abort is answered "not aborted" (bit 0 of dword 0 is 1), as
     * the specification allows always.
     *
     * @param ignoring whether it does
     */
    public void ignoreAborts(boolean ignoring) {
        ignoringAborts = ignoring;
    }

    /** Reports a fatal error (CSTS.CFS), and does no more until the controller is reset. */
    public void failFatally() {
        fatal = true;
    }

    /**
     * Lets the controller fail (CSTS.CFS) instead of becoming ready when it is enabled next.
     *
     * @param times how often; a reset of any kind leads to the next try
     */
    public synchronized void failWhileEnabling(int times) {
        failingStarts = times;
    }

    /**
     * Lets the controller not become ready when it is enabled.
     *
     * @param never whether it does not
     */
    public void neverReady(boolean never) {
        neverReady = never;
    }

    /**
     * Freezes the controller as it is: CSTS.RDY does not follow CC.EN any more, neither up nor down, and no command is
     * done, until the function is reset.
     */
    public void stick() {
        stuck = true;
    }

    /**
     * Lets the controller not end a shutdown (CSTS.SHST).
     *
     * @param never whether it does not
     */
    public void neverShutDown(boolean never) {
        neverShutDown = never;
    }

    boolean isFatal() {
        return fatal;
    }

    boolean isNeverReady() {
        return neverReady;
    }

    boolean isNeverShutDown() {
        return neverShutDown;
    }

    boolean isIgnoringAborts() {
        return ignoringAborts;
    }

    boolean isStuck() {
        return stuck;
    }

    synchronized boolean takeFailingStart() {
        return failingStarts > 0 && failingStarts-- > 0;
    }

    /** The controller was reset, which heals a fatal error. */
    void heal() {
        fatal = false;
    }

    /** The function was reset, which heals what a reset of the controller does not. */
    void healFunction() {
        heal();
        stuck = false;
    }

    CommandFaults.@Nullable Fault takeAdmin(Command command) {
        CommandFaults some;
        CommandFaults all;
        synchronized (admin) {
            some = admin.get(new Selection(command.opcode(), command.selector()));
            all = admin.get(new Selection(command.opcode(), ANY_SELECTOR));
        }
        CommandFaults.Fault fault = some == null ? null : some.take();
        return fault == null && all != null ? all.take() : fault;
    }
}
