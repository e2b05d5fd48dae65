// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/** The doorbells of all queues (NVM Express Base Specification 1.4, 3.1.24 and 3.1.25). */
final class Doorbells {
    private static final int RESERVED = 0xffff_0000;

    private final int stride;
    private final ControllerRegisters registers;
    private final AccessRules rules;
    private final QueueSet queues;
    private final AsynchronousEvents events;
    private final ErrorLog errors;

    Doorbells(
            Profile profile,
            ControllerRegisters registers,
            AccessRules rules,
            QueueSet queues,
            AsynchronousEvents events,
            ErrorLog errors) {
        this.stride = 4 << profile.doorbellStrideShift();
        this.registers = registers;
        this.rules = rules;
        this.queues = queues;
        this.events = events;
        this.errors = errors;
    }

    /**
     * Takes what was written.
     *
     * @param offset from where the doorbells start
     * @return whether there is something to be done
     */
    boolean ring(int offset, AccessWidth width, int value) {
        int index = offset / stride;
        int number = index / 2;
        boolean submission = index % 2 == 0;
        if (offset % stride != 0) {
            rules.doorbell("what is between doorbells, at 0x" + Integer.toHexString(offset), value, "nothing is there");
            return false;
        }
        if (!registers.isReady()) {
            rules.doorbell(name(submission, number), value, "CSTS.RDY is 0, so there are no queues");
            return false;
        }
        SubmissionQueue tails = submission ? queues.submission(number) : null;
        CompletionQueue heads = submission ? null : queues.completion(number);
        if (tails == null && heads == null) {
            rules.doorbell(name(submission, number), value, "there is no such queue");
            errors.addDoorbell(number);
            events.invalidDoorbell();
            return true;
        }
        if ((value & RESERVED) != 0 && width == AccessWidth.BITS_32) {
            rules.doorbell(name(submission, number), value, "bits 31 to 16 are reserved");
        }
        if (submission && registers.isShuttingDown()) {
            rules.doorbell(name(true, number), value, "the controller was told to shut down");
        }
        String wrong = move(tails, heads, value & ~RESERVED);
        if (wrong != null) {
            rules.doorbell(name(submission, number), value, wrong);
            errors.addDoorbell(number);
            events.invalidDoorbellValue();
        }
        return true;
    }

    private static @Nullable String move(@Nullable SubmissionQueue tails, @Nullable CompletionQueue heads, int value) {
        if (tails != null) {
            return tails.moveTail(value);
        }
        return heads == null ? null : heads.moveHead(value);
    }

    private static String name(boolean submission, int number) {
        return (submission ? "SQ" : "CQ") + number + (submission ? "TDBL" : "HDBL");
    }
}
