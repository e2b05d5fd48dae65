// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.concurrent.TimeUnit;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A queue of a device and its commands: each ends in success, an error, or a recovery of the device, in bounded time.
 *
 * <p>Used by one thread at a time. Recovery and closing come in when it is outside, see {@link QueueGate}; what they have done
 * it sees by the state of the device at its next call. Completions are told outside, so they may do anything but use this
 * queue otherwise than by submitting.
 */
final class RecoveringQueue extends WaitingQueue {
    private final DiskRecovery recovery;
    private final DiskHardware hardware;
    private final Transfers transfers;
    private final CommandRing ring;
    private final int number;
    private final boolean interrupt;
    private final long limit;
    private final QueueGate gate = new QueueGate();
    private final CommandsUnderWay commands;
    private final LateCommands late;
    /** The state of the device that the commands under way belong to. */
    private int seen;

    /** Whether a command has ended since then. */
    private boolean progress;

    RecoveringQueue(
            DiskRecovery recovery,
            DiskHardware hardware,
            CommandRing ring,
            int number,
            int depth,
            boolean interrupt,
            int seen) {
        this.recovery = recovery;
        this.hardware = hardware;
        this.transfers = new Transfers(
                recovery.name(), hardware.geometry(), hardware.device().dma());
        this.ring = ring;
        this.number = number;
        this.interrupt = interrupt;
        this.limit = hardware.timeout().toNanos();
        this.commands = new CommandsUnderWay(ring, depth, limit);
        this.late = new LateCommands(recovery, hardware, commands, number);
        this.seen = seen;
    }

    int number() {
        return number;
    }

    CommandRing ring() {
        return ring;
    }

    QueueGate gate() {
        return gate;
    }

    /** Returns whether the device, in a state, has commands of this queue. */
    boolean hasCommands(int state) {
        return seen == state && commands.count() > 0;
    }

    @Override
    public int depth() {
        return commands.depth();
    }

    @Override
    public int underWay() {
        return commands.count() + commands.ended().size();
    }

    @Override
    boolean submit(
            BlockOperation operation, long lba, long blocks, @Nullable DmaBuffer buffer, long offset, long token) {
        requireOpen();
        transfers.check(operation, lba, blocks, buffer, offset);
        enter();
        try {
            return commands.submit(operation, lba, blocks, buffer, offset, token);
        } catch (IllegalStateException e) {
            throw leftWith(e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public void start() {
        requireOpen();
        enter();
        try {
            commands.publish();
        } catch (IllegalStateException e) {
            throw leftWith(e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public int poll(BlockCompletion completion) {
        commands.ended().requireNotReporting("poll");
        requireOpen();
        attend();
        return commands.ended().report(completion);
    }

    /** Starts what was submitted, takes what has ended, and looks for trouble now and then. */
    private void attend() {
        enter();
        String trouble = null;
        RuntimeException fault = null;
        DeviceLostException lost = null;
        int lateSlot = -1;
        try {
            commands.publish();
            int before = commands.count();
            commands.reap();
            progress |= commands.count() < before;
            if (late.isTimeToLook(before)) {
                trouble = hardware.trouble();
                lateSlot = trouble == null ? commands.look(System.nanoTime()) : -1;
            }
        } catch (DeviceLostException e) {
            lost = e;
        } catch (RuntimeException e) {
            if (e instanceof IllegalStateException closing && !hardware.device().isOpen()) {
                throw leftWith(closing);
            }
            // The device answers what it must not; or the driver has made a mistake, and nobody knows what it left.
            fault = e;
        } finally {
            gate.leave();
        }
        // Outside, as all that follows may keep everybody out.
        if (lost != null) {
            throw recovery.lost(lost);
        }
        if (fault != null) {
            // The commands are reported by the next poll.
            recover(fault instanceof DeviceAccessException told ? told.detail() : fault.toString(), fault, false);
            throw fault;
        }
        if (lateSlot >= 0) {
            trouble = late.end(lateSlot, seen);
        }
        if (trouble != null) {
            recover(trouble, null, lateSlot >= 0 && !progress);
        }
        if (seen != recovery.state()) {
            enter();
            gate.leave();
        }
    }

    private void recover(String why, @Nullable RuntimeException fault, boolean nothingEnds) {
        try {
            recovery.recover(seen, why, nothingEnds);
        } catch (DeviceAccessException e) {
            if (fault != null) {
                e.addSuppressed(fault);
            }
            throw e;
        }
    }

    /** Goes inside, once the device works; what was lost in a recovery has ended then. */
    private void enter() {
        gate.enter();
        while (recovery.state() != seen) {
            gate.leave();
            int state = recovery.settle();
            if (state != seen) {
                commands.lose();
                seen = state;
                progress = false;
            }
            gate.enter();
        }
    }

    /** Leaves, and returns the exception when it may be thrown: not before the device reaches memory no more. */
    private IllegalStateException leftWith(IllegalStateException e) {
        gate.leave();
        return recovery.deviceClosed(e);
    }

    @Override
    boolean hasInterrupt() {
        return interrupt;
    }

    @Override
    void sleep(long nanos) throws InterruptedException {
        if (!arm()) {
            awaitInterrupt(nanos);
        }
        disarm();
    }

    /** Asks for an interrupt; returns whether there is something to take already. */
    boolean arm() {
        enter();
        try {
            return commands.ended().size() > 0 || ring.arm();
        } catch (IllegalStateException e) {
            throw leftWith(e);
        } finally {
            gate.leave();
        }
    }

    void awaitInterrupt(long nanos) throws InterruptedException {
        try {
            ring.await(nanos);
        } catch (IllegalStateException e) {
            // The interrupts were closed: with the driver or the device, as the next use tells, or by a reset.
            Poll.pause(Integer.MAX_VALUE);
        }
    }

    void disarm() {
        enter();
        try {
            ring.disarm();
        } catch (IllegalStateException e) {
            throw leftWith(e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public DeviceAccessException failure(String operation, BlockStatus status, int deviceStatus) {
        String detail = deviceStatus == CommandsUnderWay.NOTHING_SAID
                ? "the device was reset meanwhile"
                : "the device answered: " + hardware.words(deviceStatus);
        if (status == BlockStatus.TIMED_OUT) {
            detail = "it was not done within " + TimeUnit.NANOSECONDS.toMillis(limit) + " ms, and was ended";
        }
        return status.exception(
                Failure.during(operation + " of " + recovery.name()).because(detail));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        commands.ended().requireNotReporting("close");
        closed = true;
        if (!ring.stopsAlone()) {
            drain();
        }
        recovery.close(this);
    }

    /** Waits for the commands, which takes no longer than a command may. */
    private void drain() {
        for (int tries = 0; commands.count() > 0; tries++) {
            try {
                attend();
            } catch (DeviceFaultException e) {
                continue; // The device was reset, and has no command any more.
            } catch (DeviceAccessException | IllegalStateException e) {
                return; // It could not be, or is closed: then nothing waits for its commands.
            }
            Poll.pause(tries);
        }
    }
}
