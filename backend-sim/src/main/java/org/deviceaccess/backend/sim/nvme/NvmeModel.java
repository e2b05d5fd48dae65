// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.Optional;
import org.deviceaccess.backend.sim.disk.Disk;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/**
 * An NVMe controller with one namespace (NVM Express Base Specification 1.4): its registers, and when it works.
 *
 * <p>It has what a driver of a disk uses: the queues, identify, the number of queues, abort, the health log, read, write,
 * flush and dataset management. Other commands are refused with the status that the specification has for it. Commands are
 * done one after the other. It has MSI-X and no other interrupts.
 */
final class NvmeModel implements DeviceModel {
    static final PciId ID = new PciId(0x1b36, 0x0010, 0x1af4, 0x1100, 0x010802, 0x02);
    static final int VERSION = 0x00010400;

    private static final long BAR_SIZE = 0x4000;
    private static final int PAGE_SIZE = 4096;
    private static final int MAX_ENTRIES = 1024;
    private static final int MAX_TRANSFER_SHIFT = 5;
    private static final int MAX_TRANSFER = PAGE_SIZE << MAX_TRANSFER_SHIFT;

    // 3.1, figure 68
    private static final int CAP = 0x00;
    private static final int VS = 0x08;
    private static final int CC = 0x14;
    private static final int CSTS = 0x1c;
    private static final int AQA = 0x24;
    private static final int ASQ = 0x28;
    private static final int ACQ = 0x30;
    private static final int DOORBELLS = 0x1000;

    /** 1,024 entries (MQES), contiguous queues (CQR), ready within a second (TO), the NVM command set (CSS), 4 KiB pages. */
    private static final long CAPABILITIES = (MAX_ENTRIES - 1) | (1L << 16) | (2L << 24) | (1L << 37);

    private static final int CC_ENABLE = 1;
    private static final int CC_SHN = 3 << 14;
    /** Entries of 64 and 16 bytes, pages of 4 KiB, the NVM command set: the only ones that it has. */
    private static final int CC_REST = (6 << 16) | (4 << 20);

    private static final int CC_REST_MASK = (0xff << 16) | (0xf << 7) | (7 << 4);
    private static final int CSTS_READY = 1;
    private static final int CSTS_FATAL = 1 << 1;
    private static final int CSTS_SHUTDOWN_COMPLETE = 2 << 2;
    private static final int CSTS_SHUTDOWN = 3 << 2;

    private final NvmeFaults faults = new NvmeFaults();
    private final Disk disk;
    private final int doorbellStride;
    private final IoExecutor io;
    // Made once, as a register access allocates nothing.
    private final Runnable becomeReady = this::becomeReady;
    private final Runnable becomeIdle = this::becomeIdle;
    private final Runnable shutDown = this::shutDown;
    private final Runnable work = this::work;
    private @Nullable Bus bus;
    private @Nullable QueueSet queues;
    private @Nullable AdminExecutor admin;
    private @Nullable PrpData data;
    private int configuration;
    private int status;
    private int adminEntries;
    private long adminSubmission;
    private long adminCompletion;

    NvmeModel(long size, int doorbellStrideShift) {
        this.disk = new Disk(size);
        this.doorbellStride = 4 << doorbellStrideShift;
        this.io = new IoExecutor(disk, MAX_TRANSFER);
    }

    @Override
    public PciFunction function() {
        return PciFunction.of(ID)
                .withMemory(0, BAR_SIZE, AccessWidth.BITS_32, AccessWidth.BITS_64)
                .withMsix(QueueSet.VECTORS);
    }

    @Override
    public void powerOn(Bus newBus) {
        bus = newBus;
        QueueSet set = new QueueSet(newBus, MAX_ENTRIES, PAGE_SIZE);
        queues = set;
        admin = new AdminExecutor(set, io, disk, MAX_TRANSFER_SHIFT);
        data = new PrpData(newBus, PAGE_SIZE);
    }

    @Override
    public void reset() {
        faults.heal();
        present(queues).clear();
        configuration = 0;
        status = 0;
        adminEntries = 0;
        adminSubmission = 0;
        adminCompletion = 0;
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type == NvmeFaults.class ? Optional.of(type.cast(faults)) : Optional.empty();
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        return register(offset & ~7L) >>> ((offset & 4) * Byte.SIZE);
    }

    /** Returns the 64 bits at a multiple of 8. */
    private long register(long offset) {
        long visible = faults.isFatal() ? status | CSTS_FATAL : status;
        return switch ((int) offset) {
            case CAP -> CAPABILITIES | (long) Integer.numberOfTrailingZeros(doorbellStride / 4) << 32;
            case VS -> VERSION;
            case CC & ~7 -> (long) configuration << Integer.SIZE;
            case CSTS & ~7 -> visible << Integer.SIZE;
            case AQA & ~7 -> (long) adminEntries << Integer.SIZE;
            case ASQ -> adminSubmission;
            case ACQ -> adminCompletion;
            default -> 0;
        };
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        if (offset >= DOORBELLS) {
            ring(offset - DOORBELLS, (int) value & 0xffff);
            return;
        }
        if (width == AccessWidth.BITS_64) {
            write(bar, offset, AccessWidth.BITS_32, value & 0xffff_ffffL);
            write(bar, offset + 4, AccessWidth.BITS_32, value >>> Integer.SIZE);
            return;
        }
        switch ((int) offset) {
            case CC -> configure((int) value);
            case AQA -> adminEntries = (int) value & 0x0fff0fff;
            case ASQ -> adminSubmission = low(adminSubmission, value) & -PAGE_SIZE;
            case ASQ + 4 -> adminSubmission = high(adminSubmission, value);
            case ACQ -> adminCompletion = low(adminCompletion, value) & -PAGE_SIZE;
            case ACQ + 4 -> adminCompletion = high(adminCompletion, value);
            default -> {
                // Read-only, reserved, or for interrupts that it does not have.
            }
        }
    }

    private void configure(int value) {
        int changed = configuration ^ value;
        configuration = value;
        if ((changed & CC_ENABLE) != 0) {
            present(queues).clear();
            if ((value & CC_ENABLE) != 0) {
                present(bus).later(becomeReady);
            } else {
                faults.heal();
                present(bus).later(becomeIdle);
            }
        }
        if ((changed & CC_SHN) != 0 && (value & CC_SHN) != 0) {
            present(bus).later(shutDown);
        }
    }

    private void becomeReady() {
        if ((configuration & CC_ENABLE) == 0 || faults.isNeverReady()) {
            return;
        }
        if ((configuration & CC_REST_MASK) != CC_REST) {
            present(bus).fault("nvme was enabled with the configuration 0x" + Integer.toHexString(configuration));
            status |= CSTS_FATAL;
            return;
        }
        present(queues)
                .createAdmin(
                        adminSubmission,
                        (adminEntries & 0xfff) + 1,
                        adminCompletion,
                        (adminEntries >>> 16 & 0xfff) + 1);
        status = CSTS_READY;
    }

    private void becomeIdle() {
        if ((configuration & CC_ENABLE) == 0) {
            status = 0;
        }
    }

    private void shutDown() {
        if ((configuration & CC_SHN) != 0) {
            status = (status & ~CSTS_SHUTDOWN) | CSTS_SHUTDOWN_COMPLETE;
        }
    }

    private void ring(long offset, int value) {
        int index = (int) (offset / doorbellStride);
        boolean known = false;
        if (offset % doorbellStride == 0 && (status & CSTS_READY) != 0) {
            SubmissionQueue submission = present(queues).submission(index / 2);
            CompletionQueue completion = present(queues).completion(index / 2);
            if (index % 2 == 0) {
                known = submission != null && submission.moveTail(value);
            } else {
                known = completion != null && completion.moveHead(value);
            }
        }
        if (known) {
            present(bus).later(work);
        }
    }

    /** Does what is in the queues, the admin queue first. */
    private void work() {
        for (int number = 0; number <= QueueSet.MOST; number++) {
            SubmissionQueue queue = present(queues).submission(number);
            while (queue != null && isWorking()) {
                Command command = queue.fetch();
                if (command == null) {
                    break;
                }
                if (number == 0) {
                    int answer = present(admin).execute(command, present(data));
                    queue.complete(command.id(), answer, present(admin).result());
                } else {
                    execute(queue, command);
                }
            }
        }
    }

    private boolean isWorking() {
        return (status & (CSTS_READY | CSTS_FATAL)) == CSTS_READY && !faults.isFatal();
    }

    private void execute(SubmissionQueue queue, Command command) {
        NvmeFaults.Fault fault = faults.take();
        if (fault == null) {
            queue.complete(command.id(), io.execute(command, present(data)), 0);
            return;
        }
        int answer = fault.kind() == NvmeFaults.Kind.STATUS || fault.kind() == NvmeFaults.Kind.STALL
                ? fault.status()
                : io.execute(command, present(data));
        switch (fault.kind()) {
            case STATUS -> queue.complete(command.id(), answer, 0);
            case STALL -> queue.stall(command);
            case LOSE -> {
                // It was done, and nobody hears of it.
            }
            case UNKNOWN_ID -> queue.complete(~command.id() & 0xffff, answer, 0);
            case TWICE -> {
                queue.complete(command.id(), answer, 0);
                queue.complete(command.id(), answer, 0);
            }
            case WRONG_HEAD -> queue.completeWithHead(command.id(), queue.entries());
        }
    }

    private static long low(long register, long value) {
        return (register & ~0xffff_ffffL) | value;
    }

    private static long high(long register, long value) {
        return (register & 0xffff_ffffL) | value << Integer.SIZE;
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return part;
    }
}
