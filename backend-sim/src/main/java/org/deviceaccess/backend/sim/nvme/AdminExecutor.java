// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.backend.sim.disk.Disk;

/** Does admin commands (NVM Express Base Specification 1.4, 5). */
final class AdminExecutor {
    private static final int DELETE_SUBMISSION_QUEUE = 0x00;
    private static final int CREATE_SUBMISSION_QUEUE = 0x01;
    private static final int GET_LOG_PAGE = 0x02;
    private static final int DELETE_COMPLETION_QUEUE = 0x04;
    private static final int CREATE_COMPLETION_QUEUE = 0x05;
    private static final int IDENTIFY = 0x06;
    private static final int ABORT = 0x08;
    private static final int SET_FEATURES = 0x09;
    private static final int NUMBER_OF_QUEUES = 0x07;
    private static final int HEALTH_LOG = 0x02;
    private static final int ALL_NAMESPACES = -1;

    private final QueueSet queues;
    private final IoExecutor io;
    private final Disk disk;
    private final int maxTransferShift;
    private int result;

    AdminExecutor(QueueSet queues, IoExecutor io, Disk disk, int maxTransferShift) {
        this.queues = queues;
        this.io = io;
        this.disk = disk;
        this.maxTransferShift = maxTransferShift;
    }

    /** Returns dword 0 of the completion of the command that was done last. */
    int result() {
        return result;
    }

    /** Does a command and returns its status. */
    int execute(Command command, PrpData data) {
        result = 0;
        return switch (command.opcode()) {
            case DELETE_SUBMISSION_QUEUE -> queues.deleteSubmission(command.dword10() & 0xffff);
            case CREATE_SUBMISSION_QUEUE -> queues.createSubmission(command);
            case DELETE_COMPLETION_QUEUE -> queues.deleteCompletion(command.dword10() & 0xffff);
            case CREATE_COMPLETION_QUEUE -> queues.createCompletion(command);
            case GET_LOG_PAGE -> getLogPage(command, data);
            case IDENTIFY -> identify(command, data);
            case ABORT -> abort(command);
            case SET_FEATURES -> setFeatures(command);
            default -> Status.INVALID_OPCODE;
        };
    }

    private int identify(Command command, PrpData data) {
        return switch (command.dword10() & 0xff) {
            case 0x00 ->
                command.namespace() == 1
                        ? data.store(command, Pages.namespace(disk.blocks()))
                        : Status.INVALID_NAMESPACE;
            case 0x01 -> data.store(command, Pages.controller(maxTransferShift));
            case 0x02 -> data.store(command, Pages.activeNamespaces(command.namespace()));
            default -> Status.INVALID_FIELD;
        };
    }

    private int getLogPage(Command command, PrpData data) {
        if ((command.dword10() & 0xff) != HEALTH_LOG) {
            return Status.INVALID_LOG_PAGE;
        }
        if (command.namespace() != ALL_NAMESPACES && command.namespace() != 0) {
            return Status.INVALID_NAMESPACE;
        }
        long length = 4L * ((command.dword10() >>> 16) + 1);
        MemorySegment log = Pages.health(io);
        return data.store(command, log.asSlice(0, Math.min(length, log.byteSize())));
    }

    private int setFeatures(Command command) {
        if ((command.dword10() & 0xff) != NUMBER_OF_QUEUES) {
            return Status.INVALID_FIELD;
        }
        result = (QueueSet.MOST - 1) | ((QueueSet.MOST - 1) << 16);
        return Status.SUCCESS;
    }

    private int abort(Command command) {
        SubmissionQueue queue = queues.submission(command.dword10() & 0xffff);
        boolean aborted = queue != null && queue.number() != 0 && queue.abort(command.dword10() >>> 16);
        result = aborted ? 0 : 1;
        return Status.SUCCESS;
    }
}
