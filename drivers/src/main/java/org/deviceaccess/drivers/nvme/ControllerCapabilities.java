// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.time.Duration;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * What the register CAP says (NVM Express Base Specification 1.4, 3.1.1), checked.
 *
 * @param maxEntries of how many entries an I/O queue can be (MQES + 1), 2 to 65,536
 * @param timeout how long it may take to become ready, or not ready (TO)
 * @param doorbellStride how far two doorbells are apart, in bytes (DSTRD)
 * @param pageShift the logarithm of the length of its pages of memory in bytes: the smallest it has (MPSMIN)
 * @param maxQueuePairs how many I/O queue pairs have their doorbells inside the BAR
 */
record ControllerCapabilities(int maxEntries, Duration timeout, int doorbellStride, int pageShift, int maxQueuePairs) {
    private static final int TIMEOUT_UNIT_MILLIS = 500;
    private static final int CSS_NVM = 1;
    private static final int LEAST_PAGE_SHIFT = 12;
    private static final int LARGEST_PAGE_SHIFT = 16;

    static ControllerCapabilities of(NvmeRegisters registers) {
        long cap = registers.capabilities();
        int maxEntries = field(cap, 0, 16) + 1;
        int stride = 4 << field(cap, 32, 4);
        int smallest = field(cap, 48, 4);
        int largest = field(cap, 52, 4);
        long pairs = (registers.size() - NvmeRegisters.DOORBELLS) / (2L * stride) - 1;
        if (maxEntries < 2) {
            throw impossible(registers, cap, "its queues have one entry (MQES is 0)");
        }
        if (smallest > largest) {
            throw impossible(registers, cap, "its smallest page is larger than its largest (MPSMIN, MPSMAX)");
        }
        if (pairs < 1) {
            throw impossible(
                    registers, cap, "the doorbells (DSTRD) do not fit into a BAR of " + registers.size() + " bytes");
        }
        if ((field(cap, 37, 8) & CSS_NVM) == 0) {
            throw unsupported(registers, cap, "it does not have the NVM command set (CSS)");
        }
        if (LEAST_PAGE_SHIFT + smallest > LARGEST_PAGE_SHIFT) {
            throw unsupported(registers, cap, "it wants pages of more than 64 KiB (MPSMIN)");
        }
        return new ControllerCapabilities(
                maxEntries,
                Duration.ofMillis((long) TIMEOUT_UNIT_MILLIS * Math.max(1, field(cap, 24, 8))),
                stride,
                LEAST_PAGE_SHIFT + smallest,
                (int) Math.min(pairs, 0xffff));
    }

    /** Returns the field of the register CC that says the length of a page (3.1.5, MPS). */
    int memoryPageSize() {
        return pageShift - LEAST_PAGE_SHIFT;
    }

    int pageSize() {
        return 1 << pageShift;
    }

    /** Returns where the tail doorbell of a submission queue is (3.1.24). */
    long submissionDoorbell(int queue) {
        return NvmeRegisters.DOORBELLS + 2L * queue * doorbellStride;
    }

    /** Returns where the head doorbell of a completion queue is (3.1.25). */
    long completionDoorbell(int queue) {
        return submissionDoorbell(queue) + doorbellStride;
    }

    private static int field(long register, int shift, int bits) {
        return (int) (register >>> shift) & ((1 << bits) - 1);
    }

    private static MalformedDeviceException impossible(NvmeRegisters registers, long cap, String what) {
        return new MalformedDeviceException(
                failure(registers, cap, what).remedy("Reset the device; if it stays so, it is defective"));
    }

    private static UnsupportedCapabilityException unsupported(NvmeRegisters registers, long cap, String what) {
        return new UnsupportedCapabilityException(
                failure(registers, cap, what).remedy("Use another device; this driver does not have that"));
    }

    private static Failure failure(NvmeRegisters registers, long cap, String what) {
        return Failure.during("understand the capabilities of " + registers.device())
                .because(what + ", CAP is 0x" + Long.toHexString(cap));
    }
}
