// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

/**
 * The status field of a completion from bit 1 on (NVM Express Base Specification 1.4, 4.6.1): status code, status code type
 * from bit 8 on, "more" in bit 13 and "do not retry" in bit 14, which is set where another try would end the same.
 */
final class Status {
    /** The error log tells more (M). */
    static final int MORE = 1 << 13;

    private static final int DO_NOT_RETRY = 1 << 14;

    // Generic command status (figure 127)
    static final int SUCCESS = 0x000;
    static final int INVALID_OPCODE = 0x001 | DO_NOT_RETRY;
    static final int INVALID_FIELD = 0x002 | DO_NOT_RETRY;
    static final int COMMAND_ID_CONFLICT = 0x003 | DO_NOT_RETRY;
    static final int DATA_TRANSFER_ERROR = 0x004;
    static final int ABORT_REQUESTED = 0x007;
    static final int INVALID_NAMESPACE = 0x00b | DO_NOT_RETRY;
    static final int COMMAND_SEQUENCE_ERROR = 0x00c | DO_NOT_RETRY;
    static final int INVALID_PRP_OFFSET = 0x013 | DO_NOT_RETRY;

    // Of the NVM command set (figure 128)
    static final int LBA_OUT_OF_RANGE = 0x080 | DO_NOT_RETRY;

    // Command specific (figure 129)
    static final int INVALID_COMPLETION_QUEUE = 0x100 | DO_NOT_RETRY;
    static final int INVALID_QUEUE_ID = 0x101 | DO_NOT_RETRY;
    static final int INVALID_QUEUE_SIZE = 0x102 | DO_NOT_RETRY;
    static final int ABORT_LIMIT_EXCEEDED = 0x103;
    static final int EVENT_REQUEST_LIMIT_EXCEEDED = 0x105;
    static final int INVALID_VECTOR = 0x108 | DO_NOT_RETRY;
    static final int INVALID_LOG_PAGE = 0x109 | DO_NOT_RETRY;
    static final int INVALID_QUEUE_DELETION = 0x10c | DO_NOT_RETRY;
    static final int FEATURE_NOT_SAVEABLE = 0x10d | DO_NOT_RETRY;
    static final int FEATURE_NOT_OF_NAMESPACE = 0x10f | DO_NOT_RETRY;

    // Command specific, of the zoned namespace command set (NVM Express Zoned Namespace Command Set 1.1, 4.1.1.1)
    static final int COMMAND_SET_REJECTED = 0x12b | DO_NOT_RETRY;
    static final int ZONE_BOUNDARY = 0x1b8 | DO_NOT_RETRY;
    static final int ZONE_FULL = 0x1b9 | DO_NOT_RETRY;
    static final int ZONE_INVALID_WRITE = 0x1bc | DO_NOT_RETRY;

    /** No status: the command is completed later, or never. */
    static final int NOT_YET = -1;

    private Status() {}
}
