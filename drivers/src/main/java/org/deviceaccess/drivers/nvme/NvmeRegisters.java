// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.time.Duration;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.region.Region;

/**
 * The controller registers in BAR 0 (NVM Express Base Specification 1.4, 3.1).
 *
 * <p>Registers of 64 bits are used as two of 32, which section 3.1 allows always and some buses demand.
 */
final class NvmeRegisters {
    /** Where the doorbells start (3.1.24), and what the BAR is long at the least: those of two queue pairs. */
    static final long DOORBELLS = 0x1000;
    /** CSTS.RDY (3.1.6). */
    static final int READY = 1;
    /** CSTS.CFS: the controller has failed. */
    static final int FATAL = 1 << 1;

    private static final long CAP = 0x00;
    private static final long VS = 0x08;
    private static final long INTMS = 0x0c;
    private static final long CC = 0x14;
    private static final long CSTS = 0x1c;
    private static final long AQA = 0x24;
    private static final long ASQ = 0x28;
    private static final long ACQ = 0x30;

    private static final int CC_ENABLE = 1;
    private static final int CC_MPS_SHIFT = 7;
    private static final int CC_SHN_SHIFT = 14;
    private static final int CC_SHN_MASK = 3 << CC_SHN_SHIFT;
    private static final int CC_SHN_NORMAL = 1 << CC_SHN_SHIFT;
    private static final int CC_IOSQES_SHIFT = 16;
    private static final int CC_IOCQES_SHIFT = 20;
    private static final int CSTS_SHST_MASK = 3 << 2;
    private static final int CSTS_SHST_COMPLETE = 2 << 2;

    private static final int ALL_ONES = -1;

    private final Region bar;
    private final String device;

    NvmeRegisters(Region bar, String device) {
        this.bar = bar;
        this.device = device;
    }

    /** Returns the name of the device, for messages. */
    String device() {
        return device;
    }

    long size() {
        return bar.size();
    }

    /** Returns CAP, the controller's capabilities. */
    long capabilities() {
        long value = Integer.toUnsignedLong(bar.read32(CAP)) | (long) bar.read32(CAP + 4) << Integer.SIZE;
        if (value == ALL_ONES) {
            throw lost("read the capabilities");
        }
        return value;
    }

    /** Returns VS, the version of the specification: major, minor and tertiary number in 16, 8 and 8 bits. */
    int version() {
        int version = bar.read32(VS);
        if (version == ALL_ONES) {
            throw lost("read the version");
        }
        return version;
    }

    /** Returns CSTS, once it is certain that a device answers: bits 31 to 6 are reserved. */
    int status() {
        int status = bar.read32(CSTS);
        if (status == ALL_ONES) {
            throw lost("read the status");
        }
        return status;
    }

    /** Masks the interrupts that are no MSI-X (3.1.3): without effect on MSI-X, and nobody listens to the others. */
    void maskLineInterrupts() {
        bar.write32(INTMS, ALL_ONES);
    }

    /** Says where the admin queues are (3.1.7 to 3.1.9), both of the same number of entries. */
    void setAdminQueues(int entries, long submission, long completion) {
        bar.write32(AQA, (entries - 1) | ((entries - 1) << 16));
        bar.write32(ASQ, (int) submission);
        bar.write32(ASQ + 4, (int) (submission >>> Integer.SIZE));
        bar.write32(ACQ, (int) completion);
        bar.write32(ACQ + 4, (int) (completion >>> Integer.SIZE));
    }

    /** Enables the controller (7.6.1) with pages of 2<sup>12 + mps</sup> bytes, and waits until it is ready. */
    void enable(int mps, Duration timeout) {
        bar.write32(
                CC,
                CC_ENABLE
                        | mps << CC_MPS_SHIFT
                        | SubmissionRing.ENTRY_SHIFT << CC_IOSQES_SHIFT
                        | CompletionRing.ENTRY_SHIFT << CC_IOCQES_SHIFT);
        await(READY | FATAL, READY, timeout, "enable the controller");
    }

    /** Disables the controller, and waits until it is: it reaches memory no more (7.3.2). */
    void disable(Duration timeout) {
        int configuration = bar.read32(CC);
        if (configuration == ALL_ONES) {
            throw lost("disable the controller");
        }
        if ((configuration & CC_ENABLE) != 0) {
            // While it is becoming ready it must not be disabled (3.1.5); one that has failed never becomes so.
            if ((status() & FATAL) == 0) {
                await(READY, READY, timeout, "disable the controller, which was being enabled");
            }
            bar.write32(CC, configuration & ~(CC_ENABLE | CC_SHN_MASK));
        }
        await(READY, 0, timeout, "disable the controller");
    }

    /** Tells the controller that the end is near (7.6.2), and waits until it has put its data away. */
    void shutDown(Duration timeout) {
        int configuration = bar.read32(CC);
        if (configuration == ALL_ONES) {
            throw lost("shut the controller down");
        }
        if ((configuration & CC_ENABLE) != 0 && (status() & (READY | FATAL)) == READY) {
            bar.write32(CC, (configuration & ~CC_SHN_MASK) | CC_SHN_NORMAL);
            await(CSTS_SHST_MASK, CSTS_SHST_COMPLETE, timeout, "shut the controller down");
        }
    }

    /** Rings a doorbell (3.1.24, 3.1.25); what was written to memory before is visible to the device first. */
    void ring(long doorbell, int value) {
        bar.write32(doorbell, value);
    }

    DeviceFaultException fault(String operation, String detail) {
        return new DeviceFaultException(Failure.during(operation + " of " + device)
                .because(detail)
                .remedy("Reset the device; if it stays so, it is defective"));
    }

    private void await(int mask, int wanted, Duration timeout, String operation) {
        boolean reached = Poll.until(
                () -> {
                    int status = status();
                    if ((status & mask) != wanted && (status & mask & FATAL) != 0) {
                        throw fault(operation, "the controller reports a fatal error (CSTS " + hex(status) + ")");
                    }
                    return (status & mask) == wanted;
                },
                timeout.toNanos());
        if (!reached) {
            throw new DeviceTimeoutException(Failure.during(operation + " of " + device)
                    .because("CSTS is still " + hex(status()) + " after " + timeout.toMillis() + " ms")
                    .remedy("Reset the device; if it stays so, it is defective"));
        }
    }

    private DeviceLostException lost(String operation) {
        return new DeviceLostException(Failure.during(operation + " of " + device)
                .because("the register reads as all ones, which is how a device that is gone reads")
                .remedy("Close the device; when it is back, open it again"));
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
