// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

/** Status code type and status code (NVM Express Base Specification 1.4, figures 127, 128 and 130). */
final class Status {
    static final int SUCCESS = 0x000;
    static final int INVALID_OPCODE = 0x001;
    static final int INVALID_FIELD = 0x002;
    static final int DATA_TRANSFER_ERROR = 0x004;
    static final int ABORT_REQUESTED = 0x007;
    static final int INVALID_NAMESPACE = 0x00b;
    static final int INVALID_PRP_OFFSET = 0x013;
    static final int LBA_OUT_OF_RANGE = 0x080;
    static final int INVALID_COMPLETION_QUEUE = 0x100;
    static final int INVALID_QUEUE_ID = 0x101;
    static final int INVALID_QUEUE_SIZE = 0x102;
    static final int INVALID_VECTOR = 0x108;
    static final int INVALID_LOG_PAGE = 0x109;
    static final int INVALID_QUEUE_DELETION = 0x10c;

    private Status() {}
}
