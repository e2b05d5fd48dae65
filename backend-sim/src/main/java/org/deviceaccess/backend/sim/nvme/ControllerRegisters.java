// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

/** The values of the controller registers (NVM Express Base Specification 1.4, 3.1, figure 68). */
final class ControllerRegisters {
    static final int CAP = 0x00;
    static final int VS = 0x08;
    static final int INTMS = 0x0c;
    static final int INTMC = 0x10;
    static final int CC = 0x14;
    static final int CSTS = 0x1c;
    static final int AQA = 0x24;
    static final int ASQ = 0x28;
    static final int ACQ = 0x30;
    /** NVM Express Base Specification 2.0, 3.1.3.21. */
    static final int CRTO = 0x68;

    static final int DOORBELLS = 0x1000;

    static final int CC_ENABLE = 1;
    static final int CC_CSS = 7 << 4;
    static final int CC_MPS = 0xf << 7;
    static final int CC_AMS = 7 << 11;
    static final int CC_SHN = 3 << 14;
    static final int CC_IOSQES = 0xf << 16;
    static final int CC_IOCQES = 0xf << 20;
    /** All command sets that the controller has (NVM Express Base Specification 2.0, figure 46). */
    static final int CC_CSS_ALL = 6 << 4;
    /** Entries of 64 and 16 bytes, the only ones that it has. */
    static final int CC_ENTRIES = 6 << 16 | 4 << 20;

    static final int CSTS_READY = 1;
    static final int CSTS_FATAL = 1 << 1;
    static final int CSTS_SHUTDOWN = 3 << 2;
    static final int CSTS_SHUTDOWN_UNDER_WAY = 1 << 2;
    static final int CSTS_SHUTDOWN_COMPLETE = 2 << 2;

    /** How long it takes to become ready, in units of 500 ms. */
    private static final int READY_TIMEOUT = 2;

    /** Contiguous queues (CQR), ready within a second (TO), the NVM command set (CSS), 4 KiB pages. */
    private static final long CAPABILITIES =
            (Profile.MAX_ENTRIES - 1) | 1L << 16 | (long) READY_TIMEOUT << 24 | 1L << 37;

    private static final long CAP_COMMAND_SETS = 1L << 43;
    /** It becomes ready with its media, as each controller of version 2.0 can (CAP.CRMS.CRWMS). */
    private static final long CAP_READY_WITH_MEDIA = 1L << 59;

    private static final int CAP_STRIDE = 32;
    private static final int ENTRIES_MASK = 0xfff;
    private static final long PAGE_MASK = -Profile.PAGE_SIZE;

    private final NvmeFaults faults;
    private final long capabilities;
    private final int version;
    private final int readyTimeouts;
    private int configuration;
    private int status;
    private int interruptMask;
    private int adminEntries;
    private long adminSubmission;
    private long adminCompletion;

    ControllerRegisters(Profile profile, NvmeFaults faults) {
        this.faults = faults;
        this.version = profile.version().register();
        this.capabilities = CAPABILITIES
                | (long) profile.doorbellStrideShift() << CAP_STRIDE
                | (profile.hasCommandSets() ? CAP_COMMAND_SETS : 0)
                | (profile.version().has(Version.V2_0) ? CAP_READY_WITH_MEDIA : 0);
        this.readyTimeouts = profile.version().has(Version.V2_0) ? READY_TIMEOUT : 0;
    }

    /** Returns the 32 bits at a multiple of 4. */
    int read(int offset) {
        return switch (offset) {
            case CAP -> (int) capabilities;
            case CAP + 4 -> (int) (capabilities >>> Integer.SIZE);
            case VS -> version;
            case INTMS, INTMC -> interruptMask;
            case CC -> configuration;
            case CSTS -> isFatal() ? status | CSTS_FATAL : status;
            case AQA -> adminEntries;
            case ASQ -> (int) adminSubmission;
            case ASQ + 4 -> (int) (adminSubmission >>> Integer.SIZE);
            case ACQ -> (int) adminCompletion;
            case ACQ + 4 -> (int) (adminCompletion >>> Integer.SIZE);
            case CRTO -> readyTimeouts;
            default -> 0;
        };
    }

    /** Takes a value of 32 bits, unless the register is read-only or reserved. */
    void write(int offset, int value) {
        switch (offset) {
            case INTMS -> interruptMask |= value;
            case INTMC -> interruptMask &= ~value;
            case CC -> configuration = value;
            case AQA -> adminEntries = value & (ENTRIES_MASK | ENTRIES_MASK << 16);
            case ASQ -> adminSubmission = low(adminSubmission, value) & PAGE_MASK;
            case ASQ + 4 -> adminSubmission = high(adminSubmission, value);
            case ACQ -> adminCompletion = low(adminCompletion, value) & PAGE_MASK;
            case ACQ + 4 -> adminCompletion = high(adminCompletion, value);
            default -> {
                // What else there is cannot be written.
            }
        }
    }

    /** Resets what a reset of the controller does: all but the admin queue registers (7.3.2). */
    void resetController() {
        status = 0;
        interruptMask = 0;
    }

    /** Resets all. */
    void reset() {
        resetController();
        configuration = 0;
        adminEntries = 0;
        adminSubmission = 0;
        adminCompletion = 0;
    }

    boolean isEnabled() {
        return (configuration & CC_ENABLE) != 0;
    }

    boolean isReady() {
        return (status & CSTS_READY) != 0;
    }

    boolean isFatal() {
        return (status & CSTS_FATAL) != 0 || faults.isFatal();
    }

    /** Returns whether it takes and does commands. */
    boolean isWorking() {
        return isReady() && !isFatal() && !faults.isStuck();
    }

    boolean isShuttingDown() {
        return (configuration & CC_SHN) != 0;
    }

    int configuration() {
        return configuration;
    }

    void setStatus(int status) {
        this.status = status;
    }

    void setShutdown(int state) {
        status = (status & ~CSTS_SHUTDOWN) | state;
    }

    int submissionEntries() {
        return (adminEntries & ENTRIES_MASK) + 1;
    }

    int completionEntries() {
        return (adminEntries >>> 16) + 1;
    }

    long adminSubmission() {
        return adminSubmission;
    }

    long adminCompletion() {
        return adminCompletion;
    }

    private static long low(long register, int value) {
        return (register & ~0xffff_ffffL) | Integer.toUnsignedLong(value);
    }

    private static long high(long register, int value) {
        return (register & 0xffff_ffffL) | (long) value << Integer.SIZE;
    }
}
