// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.concurrent.TimeUnit;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.jspecify.annotations.Nullable;

/** When a queue is looked at for commands that take too long, and what is done about one. Used by the queue's thread. */
final class LateCommands {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** The clock is read for each poll that finds nothing, and for one of so many that do. */
    private static final int BUSY_POLLS = 16;

    private final DiskRecovery recovery;
    private final DiskHardware hardware;
    private final CommandsUnderWay commands;
    private final int queue;
    private final long interval;
    private long lookAt = System.nanoTime();
    private int busyPolls;

    LateCommands(DiskRecovery recovery, DiskHardware hardware, CommandsUnderWay commands, int queue) {
        this.recovery = recovery;
        this.hardware = hardware;
        this.commands = commands;
        this.queue = queue;
        this.interval = Math.max(1, Math.min(LOOK_NANOS, hardware.timeout().toNanos() / 4));
    }

    /**
     * Returns whether it is time to look, by the clock.
     *
     * @param before how many commands were under way before the poll
     */
    boolean isTimeToLook(int before) {
        int left = commands.count();
        if (left == 0 || (left < before && ++busyPolls % BUSY_POLLS != 0)) {
            return false;
        }
        long now = System.nanoTime();
        if (now - lookAt < 0) {
            return false;
        }
        lookAt = now + interval;
        return true;
    }

    /**
     * Makes an end of a command that takes too long: by an abort, or where that was tried by a reset. Called outside of the
     * queue.
     *
     * @param seen the state of the device that the command belongs to
     * @return why the device is to be reset, or {@code null} if it is not
     * @throws DeviceLostException if the device is gone
     */
    @Nullable
    String end(int slot, int seen) {
        String what = "the command in slot " + slot + " of the queue " + queue + " is not done after "
                + hardware.timeout().toMillis() + " ms";
        if (commands.isOverdue(slot)) {
            return what + ", and could not be aborted";
        }
        int id = commands.setOverdue(slot);
        try {
            // After a recovery by somebody else the command has ended, and the id may be another one's.
            boolean asked = recovery.execute(() -> recovery.state() != seen || hardware.abort(queue, id));
            return asked ? null : what;
        } catch (DeviceTimeoutException | DeviceFaultException e) {
            return null; // The device was reset.
        } catch (DeviceLostException e) {
            throw e;
        } catch (DeviceAccessException e) {
            return what + ", and its abort was refused: " + e.detail();
        }
    }
}
