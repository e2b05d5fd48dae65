// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import org.deviceaccess.backend.sim.model.Bus;

/** Takes commands from the queues, does them, and lets go wrong what tests asked for. */
final class Engine {
    private final Bus bus;
    private final boolean reversed;
    private final NvmeFaults faults;
    private final ControllerRegisters registers;
    private final QueueSet queues;
    private final AdminExecutor admin;
    private final IoExecutor io;
    private final PrpData data;
    private final ErrorLog errors;
    private final AsynchronousEvents events;
    private final Runnable release = this::release;

    Engine(
            Bus bus,
            Profile profile,
            NvmeFaults faults,
            ControllerRegisters registers,
            QueueSet queues,
            AdminExecutor admin,
            IoExecutor io,
            ErrorLog errors,
            AsynchronousEvents events) {
        this.bus = bus;
        this.reversed = profile.completions() == Profile.Order.REVERSED;
        this.faults = faults;
        this.registers = registers;
        this.queues = queues;
        this.admin = admin;
        this.io = io;
        this.data = new PrpData(bus);
        this.errors = errors;
        this.events = events;
    }

    /** Does what is in the queues, the admin queue first. */
    void work() {
        boolean held = false;
        for (int number = 0; number <= queues.most(); number++) {
            SubmissionQueue queue = queues.submission(number);
            while (queue != null && registers.isWorking()) {
                Command command = queue.fetch();
                if (command == null) {
                    break;
                }
                if (reversed && number > 0) {
                    queue.hold(command);
                    held = true;
                } else {
                    execute(queue, command);
                }
            }
        }
        if (held) {
            // Those that come meanwhile are done first.
            bus.later(release);
        }
        SubmissionQueue adminQueue = queues.submission(0);
        if (adminQueue != null && registers.isWorking()) {
            events.report(adminQueue);
        }
    }

    /** Does the commands that were held, the last first. */
    private void release() {
        for (int number = 1; number <= queues.most(); number++) {
            SubmissionQueue queue = queues.submission(number);
            while (queue != null && registers.isWorking()) {
                Command command = queue.takeHeld();
                if (command == null) {
                    break;
                }
                execute(queue, command);
            }
        }
    }

    private void execute(SubmissionQueue queue, Command command) {
        boolean isAdmin = queue.number() == 0;
        if (queue.isUnderWay(command.id()) || (isAdmin && events.isOutstanding(command.id()))) {
            queue.complete(command.id(), errors.add(queue, command, Status.COMMAND_ID_CONFLICT), 0);
            return;
        }
        if (isAdmin && isAbortTooMany(queue, command)) {
            queue.complete(command.id(), Status.ABORT_LIMIT_EXCEEDED, 0);
            return;
        }
        CommandFaults.Fault fault =
                isAdmin ? faults.takeAdmin(command) : faults.io().take();
        int status = Status.SUCCESS;
        int result = 0;
        if (fault == null || fault.isDone()) {
            status = execute(isAdmin, command);
            result = isAdmin && command.isPlain() ? admin.result() : 0;
        }
        if (status == Status.NOT_YET) {
            return;
        }
        if (status != Status.SUCCESS) {
            status = errors.add(queue, command, status);
        }
        if (fault == null) {
            queue.complete(command.id(), status, result);
        } else {
            complete(queue, command, fault, status, result);
        }
    }

    private int execute(boolean isAdmin, Command command) {
        if (!command.isPlain()) {
            return Status.INVALID_FIELD;
        }
        return isAdmin ? admin.execute(command, data) : io.execute(command, data);
    }

    /** Returns whether a command is an abort, and as many as there may be hang already. */
    private static boolean isAbortTooMany(SubmissionQueue queue, Command command) {
        return command.opcode() == AdminExecutor.ABORT
                && queue.stalled(AdminExecutor.ABORT) >= ControllerPage.ABORT_LIMIT;
    }

    private static void complete(
            SubmissionQueue queue, Command command, CommandFaults.Fault fault, int status, int result) {
        CompletionQueue completions = queue.completions();
        switch (fault.kind()) {
            case STATUS -> queue.complete(command.id(), fault.status(), 0);
            case STALL -> queue.stall(command);
            case LOSE -> {
                // It was done, and nobody hears of it.
            }
            case UNKNOWN_ID -> queue.complete(~command.id() & 0xffff, status, result);
            case TWICE -> {
                queue.complete(command.id(), status, result);
                queue.complete(command.id(), status, result);
            }
            case WRONG_HEAD -> completions.post(result, queue.number(), queue.entries(), command.id(), status);
            case WRONG_QUEUE -> completions.post(result, queue.number() + 1, queue.head(), command.id(), status);
        }
    }
}
