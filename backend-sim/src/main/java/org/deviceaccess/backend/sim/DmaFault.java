// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.time.Instant;
import java.util.Locale;

/**
 * An access of the device to memory that was refused.
 *
 * @param address the first byte that was refused, as the device sees it, unsigned
 * @param length how many bytes of the transfer were left at that address
 * @param write whether the device wanted to write
 * @param reason why it was refused
 * @param time when
 */
public record DmaFault(long address, long length, boolean write, Reason reason, Instant time) {
    /** Why an access was refused. */
    public enum Reason {
        /** Bus mastering is off in the command register. */
        BUS_MASTER_OFF,
        /** Nothing is mapped at the address. */
        NOT_MAPPED,
        /** What is mapped there is mapped for the other direction only. */
        WRONG_DIRECTION,
        /** The memory that the caller mapped was freed while the device could still reach it. */
        MEMORY_FREED
    }

    /** Returns one line: {@code write of 100 bytes at 0x1000: NOT_MAPPED}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s of %d bytes at 0x%x: %s", write ? "write" : "read", length, address, reason);
    }
}
