// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.util.Locale;
import org.deviceaccess.spi.block.BlockStatus;

/**
 * The status of a completion in words (NVM Express Base Specification 1.4, 4.6.1, figures 126 to 131).
 *
 * @param value status code in bits 7 to 0, status code type in bits 10 to 8, "do not retry" in bit 14
 */
record NvmeStatus(int value) {
    /** Command Abort Requested. */
    static final int ABORT_REQUESTED = 0x007;
    /** Command Aborted due to SQ Deletion. */
    static final int QUEUE_DELETED = 0x008;

    private static final int CODE_MASK = 0x7ff;
    private static final int TYPE_SHIFT = 8;
    private static final int TYPE_MEDIA = 2;
    private static final int DO_NOT_RETRY = 1 << 14;

    /** Returns how a command ended, in terms that all block devices share. Allocates nothing. */
    static BlockStatus classify(int value) {
        int code = value & CODE_MASK;
        if (code == 0) {
            return BlockStatus.SUCCESS;
        }
        if (code >>> TYPE_SHIFT == TYPE_MEDIA) {
            return BlockStatus.MEDIA_ERROR;
        }
        return code == ABORT_REQUESTED || code == QUEUE_DELETED ? BlockStatus.ABORTED : BlockStatus.FAILED;
    }

    /** Returns whether the device does not forbid to try the same again (DNR), and was not asked to end it. */
    static boolean maySucceedLater(int value) {
        return (value & DO_NOT_RETRY) == 0 && classify(value) != BlockStatus.ABORTED;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s (status code type %d, status code 0x%02x%s)",
                meaning(),
                (value & CODE_MASK) >>> TYPE_SHIFT,
                value & 0xff,
                (value & DO_NOT_RETRY) != 0 ? ", do not retry" : "");
    }

    private String meaning() {
        return switch (value & CODE_MASK) {
            case 0x000 -> "success";
            case 0x001 -> "invalid command opcode";
            case 0x002 -> "invalid field in command";
            case 0x003 -> "command id conflict";
            case 0x004 -> "data transfer error";
            case 0x005 -> "aborted due to power loss";
            case 0x006 -> "internal error";
            case ABORT_REQUESTED -> "abort requested";
            case QUEUE_DELETED -> "aborted due to the deletion of its queue";
            case 0x00b -> "invalid namespace or format";
            case 0x00c -> "command sequence error";
            case 0x013 -> "PRP offset invalid";
            case 0x01c -> "sanitize failed";
            case 0x01d -> "sanitize in progress";
            case 0x020 -> "the namespace is write protected";
            case 0x080 -> "LBA out of range";
            case 0x081 -> "capacity exceeded";
            case 0x082 -> "namespace not ready";
            case 0x083 -> "reservation conflict";
            case 0x084 -> "format in progress";
            case 0x100 -> "completion queue invalid";
            case 0x101 -> "invalid queue identifier";
            case 0x102 -> "invalid queue size";
            case 0x103 -> "abort command limit exceeded";
            case 0x108 -> "invalid interrupt vector";
            case 0x109 -> "invalid log page";
            case 0x182 -> "attempted write to a read-only range";
            case 0x280 -> "write fault";
            case 0x281 -> "unrecovered read error";
            case 0x282 -> "end-to-end guard check error";
            case 0x283 -> "end-to-end application tag check error";
            case 0x284 -> "end-to-end reference tag check error";
            case 0x285 -> "compare failure";
            case 0x286 -> "access denied";
            case 0x287 -> "deallocated or unwritten block";
            default -> "unknown status";
        };
    }
}
