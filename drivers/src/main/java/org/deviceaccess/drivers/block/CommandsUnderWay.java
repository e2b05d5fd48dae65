// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.concurrent.TimeUnit;
import org.deviceaccess.drivers.block.CommandSlots.State;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one queue from their submission to their end: which the device has, which are tried again, which take too
 * long, and which have ended. Used by one thread at a time, inside the queue; allocates nothing.
 */
final class CommandsUnderWay {
    /** What the device said of a command that was lost in a reset. */
    static final int NOTHING_SAID = -1;

    private static final int MOST_TRIES = 5;
    private static final long ABORT_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final CommandRing ring;
    private final long limit;
    private final CommandSlots slots;
    private final EndedCommands ended;

    /**
     * Begins without a command.
     *
     * @param limit how many nanoseconds a command may take
     */
    CommandsUnderWay(CommandRing ring, int depth, long limit) {
        this.ring = ring;
        this.limit = limit;
        this.slots = new CommandSlots(depth);
        this.ended = new EndedCommands(depth);
    }

    int depth() {
        return slots.depth();
    }

    /** Returns how many commands have not ended. */
    int count() {
        return slots.used();
    }

    EndedCommands ended() {
        return ended;
    }

    boolean submit(
            BlockOperation operation, long lba, long blocks, @Nullable DmaBuffer buffer, long offset, long token) {
        if (slots.used() + ended.size() >= slots.depth()) {
            return false;
        }
        int slot = slots.next();
        if (ring.put(slot, slots.nextId(slot), operation, lba, blocks, buffer, offset)) {
            slots.take(token);
        } else {
            ended.add(token, BlockStatus.SUCCESS, 0);
        }
        return true;
    }

    /** Hands what was submitted to the device, whose time begins. */
    void publish() {
        if (slots.hasFresh()) {
            slots.stamp(System.nanoTime());
        }
        ring.publish();
    }

    /** Takes all commands that the device has ended. */
    void reap() {
        try {
            for (int slot = ring.next(slots); slot >= 0; slot = ring.next(slots)) {
                end(slot, ring.status());
            }
        } finally {
            ring.release();
        }
    }

    private void end(int slot, int status) {
        if (status == 0) {
            end(slot, BlockStatus.SUCCESS, 0);
            return;
        }
        boolean overdue = slots.state(slot) == State.OVERDUE;
        if (!overdue && ring.maySucceedLater(status) && slots.tries(slot) < MOST_TRIES) {
            slots.setTryAgain(slot);
            return;
        }
        BlockStatus told = ring.classify(status);
        end(slot, overdue && told == BlockStatus.ABORTED ? BlockStatus.TIMED_OUT : told, status);
    }

    private void end(int slot, BlockStatus status, int deviceStatus) {
        long token = slots.token(slot);
        slots.release(slot);
        ended.add(token, status, deviceStatus);
    }

    /** Ends all commands, which were lost in a reset. */
    void lose() {
        for (int slot = 0; slot < slots.depth(); slot++) {
            switch (slots.state(slot)) {
                case OVERDUE -> end(slot, BlockStatus.TIMED_OUT, NOTHING_SAID);
                case UNDER_WAY, TRY_AGAIN -> end(slot, BlockStatus.ABORTED, NOTHING_SAID);
                case FREE -> {}
            }
        }
        slots.forgetFresh();
    }

    /**
     * Tries again what may succeed now, and looks for commands that take too long.
     *
     * @return the slot of one that is late, or -1
     */
    int look(long now) {
        int late = -1;
        for (int slot = 0; slot < slots.depth(); slot++) {
            switch (slots.state(slot)) {
                case TRY_AGAIN -> {
                    slots.takeAgain(slot);
                    ring.putAgain(slot, slots.id(slot));
                }
                case UNDER_WAY -> late = late < 0 && now - slots.since(slot) >= limit ? slot : late;
                case OVERDUE -> late = now - slots.since(slot) >= ABORT_GRACE_NANOS ? slot : late;
                case FREE -> {}
            }
        }
        ring.publish();
        return late;
    }

    /** Returns whether the device was asked in vain to end a command that is late. */
    boolean isOverdue(int slot) {
        return slots.state(slot) == State.OVERDUE;
    }

    /** Notes that the device is asked to end a command that is late, and returns its id. */
    int setOverdue(int slot) {
        slots.setOverdue(slot, System.nanoTime());
        return slots.id(slot);
    }
}
