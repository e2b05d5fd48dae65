// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.ResetFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's life: enabled, reset when it does not answer, shut down; and its admin commands. Safe for use by any
 * thread.
 *
 * <p>A reset loses all I/O queues. It does not touch those of other threads: it counts, and each queue that sees another
 * {@link #generation} than its own creates itself anew. Until then what it writes to its doorbells hits a queue that the
 * device does not have.
 */
final class NvmeController {
    private static final Logger LOG = LoggerFactory.getLogger(NvmeController.class);
    private static final int MOST_NAMESPACES = 1024;

    private final NvmeRegisters registers;
    private final ControllerCapabilities capabilities;
    private final AdminQueue admin;
    private final Duration timeout;
    private final int wantedQueues;
    private final BitSet queues = new BitSet(); // guarded by lock
    private final Set<NvmeQueue> open = new LinkedHashSet<>(); // guarded by lock
    private final ReentrantLock lock = new ReentrantLock();
    private int queueCount; // guarded by lock
    private volatile int generation;
    private volatile @Nullable DeviceAccessException failure;
    private volatile boolean closed;

    NvmeController(
            NvmeRegisters registers,
            ControllerCapabilities capabilities,
            AdminQueue admin,
            Duration timeout,
            int wantedQueues) {
        this.registers = registers;
        this.capabilities = capabilities;
        this.admin = admin;
        this.timeout = timeout;
        this.wantedQueues = Math.min(wantedQueues, capabilities.maxQueuePairs());
    }

    NvmeRegisters registers() {
        return registers;
    }

    ControllerCapabilities capabilities() {
        return capabilities;
    }

    /** Returns how long a command may take. */
    Duration timeout() {
        return timeout;
    }

    int generation() {
        return generation;
    }

    /** Returns how many I/O queue pairs there are. */
    int queueCount() {
        return locked(() -> queueCount);
    }

    /** Throws unless the controller works. */
    void check() {
        if (closed) {
            throw new IllegalStateException("the driver of " + registers.device() + " is closed");
        }
        DeviceAccessException cause = failure;
        if (cause != null) {
            throw new ResetFailedException(Failure.during("use " + registers.device())
                    .because("it could not be brought back: " + cause.detail())
                    .remedy("Close the driver, reset the device, and attach anew")
                    .cause(cause));
        }
    }

    /** Brings the controller from any state into use (NVM Express Base Specification 1.4, 7.6.1). */
    void start() {
        lock.lock();
        try {
            registers.disable(capabilities.timeout());
            registers.maskLineInterrupts();
            admin.install();
            registers.enable(capabilities.memoryPageSize(), capabilities.timeout());
            // Number of queues granted, counted from 0 (5.21.1.7, figure 277); the device may grant more than asked.
            int granted = admin.execute(AdminCommand.setNumberOfQueues(wantedQueues), timeout);
            queueCount = Math.min(wantedQueues, Math.min(granted & 0xffff, granted >>> 16) + 1);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Resets the controller, unless somebody else has.
     *
     * @param seen the generation in which the trouble was seen
     * @param why what the trouble is
     */
    void reset(int seen, String why) {
        lock.lock();
        try {
            check();
            if (generation != seen) {
                return;
            }
            LOG.warn("{} is reset: {}", registers.device(), why);
            try {
                start();
            } catch (DeviceAccessException e) {
                failure = e;
                throw e;
            }
            generation = seen + 1;
        } finally {
            lock.unlock();
        }
    }

    /** Runs an admin command; one that is not done in time resets the controller, as its memory is needed again. */
    int execute(AdminCommand command) {
        return recovering(() -> admin.execute(command, timeout));
    }

    ControllerIdentity identify() {
        return fetch(AdminCommand.identifyController(admin.data()), ControllerIdentity::parse);
    }

    NamespaceIdentity identifyNamespace(int id) {
        return fetch(
                AdminCommand.identifyNamespace(id, admin.data()),
                page -> NamespaceIdentity.parse(registers.device(), id, page));
    }

    /** Returns the ids of the active namespaces, ascending. */
    List<Integer> namespaces() {
        return fetch(
                AdminCommand.listNamespaces(admin.data()),
                page -> IntStream.range(0, MOST_NAMESPACES)
                        .map(i -> page.get(IdentifyData.INT32, (long) i * Integer.BYTES))
                        .takeWhile(id -> id != 0)
                        .boxed()
                        .toList());
    }

    Health health() {
        return fetch(AdminCommand.getLogPage(Health.LOG_PAGE, Health.LENGTH, admin.data()), Health::parse);
    }

    /** Asks for the abort of a command, which the device may ignore. */
    void abort(int queue, int commandId) {
        execute(AdminCommand.abort(queue, commandId));
    }

    /**
     * Takes the number of a queue pair that is free.
     *
     * @throws DeviceBusyException if all are taken
     */
    int takeQueue() {
        return locked(() -> {
            check();
            int free = queues.nextClearBit(1);
            if (free > queueCount) {
                throw new DeviceBusyException(Failure.during("open a queue of " + registers.device())
                        .because("all " + queueCount + " queues are open")
                        .remedy("Close one, or ask for more with NvmeDriverProvider.withQueues"));
            }
            queues.set(free);
            return free;
        });
    }

    void giveBackQueue(int queue) {
        locked(() -> {
            queues.clear(queue);
            return queue;
        });
    }

    /**
     * Creates a queue pair in the device and returns the generation it belongs to.
     *
     * @param prepare empties its memory; called when the device does not use it
     */
    int create(NvmeQueue queue, Runnable prepare) {
        return locked(() -> {
            check();
            open.remove(queue);
            prepare.run();
            int seen = generation;
            execute(queue.creationOfCompletions());
            open.add(queue);
            try {
                execute(queue.creationOfSubmissions());
            } catch (DeviceAccessException e) {
                if (generation == seen && failure == null) {
                    execute(AdminCommand.deleteCompletionQueue(queue.number()));
                    open.remove(queue);
                }
                throw e;
            }
            return seen;
        });
    }

    /** Deletes a queue pair in the device, which stops its commands. */
    void delete(NvmeQueue queue) {
        locked(() -> {
            if (closed || failure != null || !open.contains(queue)) {
                return false;
            }
            // A reset, also one that a time-out brings about here, is as good.
            int seen = generation;
            if (queue.belongsTo(seen)) {
                execute(AdminCommand.deleteSubmissionQueue(queue.number()));
                execute(AdminCommand.deleteCompletionQueue(queue.number()));
            }
            return open.remove(queue);
        });
    }

    /** Returns whether the device may still use the memory of a queue. */
    boolean mayUse(NvmeQueue queue) {
        return locked(() -> open.contains(queue) && (closed || failure != null || queue.belongsTo(generation)));
    }

    /** Makes all later uses, and those that wait, throw {@link IllegalStateException}. */
    void stop() {
        closed = true;
    }

    /**
     * Shuts the controller down and disables it; then it uses no memory any more, and that of the queues is given back.
     * Called after {@link #stop}.
     */
    void shutDown() {
        lock.lock();
        try {
            try {
                registers.shutDown(capabilities.timeout());
            } catch (DeviceTimeoutException | DeviceFaultException e) {
                LOG.warn("{} is disabled without having been shut down: {}", registers.device(), e.getMessage());
            }
            registers.disable(capabilities.timeout());
            for (NvmeQueue queue : Set.copyOf(open)) {
                queue.free();
            }
            open.clear();
            admin.close();
        } finally {
            lock.unlock();
        }
    }

    private <T> T fetch(AdminCommand command, Function<MemorySegment, T> parser) {
        return recovering(() -> admin.fetch(command, timeout, parser));
    }

    private <T> T recovering(Supplier<T> action) {
        return locked(() -> {
            check();
            int seen = generation;
            try {
                return action.get();
            } catch (DeviceTimeoutException | DeviceFaultException e) {
                try {
                    reset(seen, e.detail());
                } catch (DeviceAccessException again) {
                    e.addSuppressed(again);
                }
                throw e;
            } catch (DeviceLostException e) {
                failure = e;
                throw e;
            }
        });
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
