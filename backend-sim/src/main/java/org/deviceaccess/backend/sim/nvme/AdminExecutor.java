// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.stream.IntStream;

/** Does admin commands (NVM Express Base Specification 1.4, 5). */
final class AdminExecutor {
    static final int ABORT = 0x08;

    private static final int DELETE_SUBMISSION_QUEUE = 0x00;
    private static final int CREATE_SUBMISSION_QUEUE = 0x01;
    private static final int GET_LOG_PAGE = 0x02;
    private static final int DELETE_COMPLETION_QUEUE = 0x04;
    private static final int CREATE_COMPLETION_QUEUE = 0x05;
    private static final int IDENTIFY = 0x06;
    private static final int SET_FEATURES = 0x09;
    private static final int GET_FEATURES = 0x0a;
    private static final int ASYNCHRONOUS_EVENT_REQUEST = 0x0c;
    private static final int NOT_ABORTED = 1;

    private final NvmeFaults faults;
    private final QueueSet queues;
    private final AsynchronousEvents events;
    private final Identify identify;
    private final LogPages logPages;
    private final Features features;
    private int result;

    AdminExecutor(
            NvmeFaults faults,
            QueueSet queues,
            AsynchronousEvents events,
            Identify identify,
            LogPages logPages,
            Features features) {
        this.faults = faults;
        this.queues = queues;
        this.events = events;
        this.identify = identify;
        this.logPages = logPages;
        this.features = features;
    }

    /** Returns the opcodes that there are. */
    static IntStream opcodes() {
        return IntStream.of(
                DELETE_SUBMISSION_QUEUE,
                CREATE_SUBMISSION_QUEUE,
                GET_LOG_PAGE,
                DELETE_COMPLETION_QUEUE,
                CREATE_COMPLETION_QUEUE,
                IDENTIFY,
                ABORT,
                SET_FEATURES,
                GET_FEATURES,
                ASYNCHRONOUS_EVENT_REQUEST);
    }

    /** Returns dword 0 of the completion of the command that was done last. */
    int result() {
        return result;
    }

    /** Does a command and returns its status, or {@link Status#NOT_YET}. */
    int execute(Command command, PrpData data) {
        result = 0;
        return switch (command.opcode()) {
            case DELETE_SUBMISSION_QUEUE -> queues.deleteSubmission(command.dword10() & 0xffff);
            case CREATE_SUBMISSION_QUEUE -> queues.createSubmission(command);
            case DELETE_COMPLETION_QUEUE -> queues.deleteCompletion(command.dword10() & 0xffff);
            case CREATE_COMPLETION_QUEUE -> queues.createCompletion(command);
            case GET_LOG_PAGE -> logPages.get(command, data);
            case IDENTIFY -> identify.execute(command, data);
            case ABORT -> abort(command);
            case SET_FEATURES -> {
                int status = features.set(command, data);
                result = features.result();
                yield status;
            }
            case GET_FEATURES -> {
                int status = features.get(command, data);
                result = features.result();
                yield status;
            }
            case ASYNCHRONOUS_EVENT_REQUEST -> events.request(command.id());
            default -> Status.INVALID_OPCODE;
        };
    }

    private int abort(Command command) {
        result = !faults.isIgnoringAborts() && isAborted(command.dword10() & 0xffff, command.dword10() >>> 16)
                ? 0
                : NOT_ABORTED;
        return Status.SUCCESS;
    }

    private boolean isAborted(int queueNumber, int commandId) {
        SubmissionQueue queue = queues.submission(queueNumber);
        if (queue == null) {
            return false;
        }
        if (queueNumber == 0 && events.abort(commandId)) {
            queue.complete(commandId, Status.ABORT_REQUESTED, 0);
            return true;
        }
        return queue.abort(commandId);
    }
}
