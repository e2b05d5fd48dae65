// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a disk: brought into use, stopped and brought into use again when something is wrong, closed. Safe for use by
 * any thread.
 *
 * <p>Recovery and closing begin by shutting the queues: no thread is inside one, and none gets in. So nobody writes to a
 * register while the device is stopped, and who uses a queue is not told of its closing before the device is at rest. A
 * recovery makes all queues anew; that the commands in them are lost each queue sees by the {@link #state}, in its own thread.
 */
final class DiskRecovery {
    /** Of the {@link #state}: nobody may be inside a queue. The bits above count the recoveries. */
    private static final int SHUT = 1;

    private static final int GENERATION = 2;
    private static final Logger LOG = LoggerFactory.getLogger(DiskRecovery.class);

    private final DiskHardware hardware;
    private final DeviceAccess device;
    private final DiskPower power;
    private final ReentrantLock lock = new ReentrantLock();
    private final OpenQueues queues = new OpenQueues(); // guarded by lock
    private @Nullable LastFailure failure; // guarded by lock
    private boolean closed; // guarded by lock
    /** Whether the latest recovery was for a queue in which nothing ended. */
    private boolean nothingEnded; // guarded by lock

    private volatile int state = SHUT;

    DiskRecovery(DiskHardware hardware) {
        this.hardware = hardware;
        this.device = hardware.device();
        this.power = new DiskPower(hardware);
    }

    String name() {
        return device.address().toString();
    }

    /** Returns a number that is the same as long as the device keeps the commands it was given. */
    int state() {
        return state;
    }

    /** Brings the device into use for the first time; one that fails is reset and given a second chance. */
    void begin() {
        locked(() -> {
            power.stop();
            power.start(queues.all());
            state = 0;
            return null;
        });
    }

    /**
     * Waits until nothing is recovered or closed.
     *
     * @return the {@link #state}
     * @throws IllegalStateException if the driver or the device is closed; the device is at rest
     * @throws DeviceLostException if the device is gone
     * @throws org.deviceaccess.spi.error.ResetFailedException if it could not be brought back
     */
    int settle() {
        return locked(() -> {
            check();
            return state;
        });
    }

    /** Throws what {@link #settle} throws. Called with the lock held. */
    private void check() {
        if (closed) {
            throw new IllegalStateException("the driver of " + name() + " is closed");
        }
        if (!device.isOpen()) {
            throw deviceClosed(new IllegalStateException(name() + " is closed"));
        }
        if (failure != null) {
            throw failure.exception();
        }
    }

    /**
     * Makes of an exception for something that is closed one that may be thrown: where the device was closed by somebody, it is
     * at rest.
     */
    IllegalStateException deviceClosed(IllegalStateException e) {
        if (!device.isOpen()) {
            // Who closed it may still be at it; closing once more waits for that.
            device.close();
        }
        return e;
    }

    /** Brings the device back, for anything but commands that do not end. */
    void recover(int seen, String why) {
        recover(seen, why, false);
    }

    /**
     * Brings the device back, unless somebody has since the trouble was seen. All commands that were under way are lost.
     *
     * @param seen the state in which the trouble was seen
     * @param why what the trouble is
     * @param nothingEnds whether no command of a queue has ended since the latest recovery: where that was for the same, the
     *     device's own reset does not help, and its function is reset
     * @throws org.deviceaccess.spi.error.ResetFailedException if it does not come back
     */
    void recover(int seen, String why, boolean nothingEnds) {
        locked(() -> {
            check();
            if (state == seen) {
                LOG.warn("{} is reset: {}", name(), why);
                shut();
                boolean inVain = nothingEnds && nothingEnded;
                nothingEnded = nothingEnds;
                try {
                    if (inVain) {
                        power.tryFunction(why);
                    }
                    power.stop();
                    power.start(queues.all());
                } catch (DeviceAccessException e) {
                    throw fail(e).exception();
                } catch (RuntimeException e) {
                    // The device is closed; a driver's own mistake must not let anybody in either.
                    fail(new DeviceFaultException(Failure.during("bring back " + name())
                            .because(String.valueOf(e.getMessage()))
                            .cause(e)));
                    throw e instanceof IllegalStateException closing ? deviceClosed(closing) : e;
                }
                state = (seen & ~SHUT) + GENERATION;
            }
            return null;
        });
    }

    /**
     * Does something with the device while nobody recovers or closes it. If it is not done in time, or answered as it must not
     * be, the device is brought back, as it may still use the memory concerned.
     */
    <T> T execute(Supplier<T> action) {
        return locked(() -> {
            check();
            int seen = state;
            try {
                return action.get();
            } catch (DeviceTimeoutException | DeviceFaultException e) {
                try {
                    recover(seen, e.detail());
                } catch (DeviceAccessException again) {
                    e.addSuppressed(again);
                }
                throw e;
            } catch (DeviceLostException e) {
                fail(e);
                throw e;
            }
        });
    }

    /** Notes that the device is gone, and returns the exception. */
    DeviceLostException lost(DeviceLostException e) {
        locked(() -> closed ? null : fail(e));
        return e;
    }

    /**
     * Opens a queue.
     *
     * @throws org.deviceaccess.spi.error.DeviceBusyException if all are open
     */
    RecoveringQueue open(int depth, boolean interrupt) {
        return locked(() -> {
            check();
            int number = queues.freeNumber(name(), hardware.queues());
            CommandRing ring = hardware.ring(number, depth, interrupt);
            boolean created = false;
            try {
                execute(() -> {
                    ring.create();
                    return null;
                });
                created = true;
            } finally {
                if (!created) {
                    giveBack(ring);
                }
            }
            RecoveringQueue queue = new RecoveringQueue(this, hardware, ring, number, depth, interrupt, state);
            queues.add(queue);
            return queue;
        });
    }

    /** Gives back what a queue has that the device does not know, or keeps it where the device could not be stopped. */
    private void giveBack(CommandRing ring) {
        if (failure == null || !device.isOpen()) {
            ring.close();
        } else {
            queues.keep(ring);
        }
    }

    /** Takes a queue out of use, which its thread uses no more, and gives its memory back. */
    void close(RecoveringQueue queue) {
        locked(() -> {
            if (!queues.contains(queue)) {
                return null; // The driver was closed before.
            }
            if (failure == null && device.isOpen()) {
                stop(queue);
            }
            queues.remove(queue);
            giveBack(queue.ring());
            return null;
        });
    }

    private void stop(RecoveringQueue queue) {
        int seen = state;
        try {
            if (queue.ring().stopsAlone()) {
                queue.ring().delete();
            } else if (queue.hasCommands(seen)) {
                recover(seen, "commands of the queue " + queue.number() + " are under way when it is closed");
            }
        } catch (DeviceTimeoutException | DeviceFaultException | CommandFailedException e) {
            recover(seen, e.detail());
        } catch (DeviceLostException e) {
            fail(e);
        }
    }

    /**
     * Stops the device for good and gives all memory back. A second caller waits for the first.
     *
     * @throws DeviceTimeoutException if the device does not come to rest; its memory is left to the closing of the device
     */
    void close() {
        locked(() -> {
            if (closed) {
                return null;
            }
            closed = true;
            shut();
            try {
                if (power.end(failure == null)) {
                    queues.closeAll();
                    hardware.release();
                }
            } finally {
                hardware.closeInterrupts();
            }
            return null;
        });
    }

    private void shut() {
        state |= SHUT;
        QueueGate.handshake();
        queues.all().forEach(queue -> queue.gate().awaitOutside());
    }

    private LastFailure fail(DeviceAccessException e) {
        LastFailure last = new LastFailure(name(), e);
        failure = last;
        state |= SHUT;
        return last;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
