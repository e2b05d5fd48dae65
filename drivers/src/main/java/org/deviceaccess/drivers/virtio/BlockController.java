// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.ResetFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a block device: set up with all its queues, reset when it does not answer, shut down. Safe for use by any
 * thread.
 *
 * <p>A reset loses all requests. It does not touch what other threads use: it makes new queues in fresh memory and counts,
 * and each queue that sees another {@link #generation} than its own takes its new memory then. Until then what it does hits
 * memory that the device does not know any more.
 */
final class BlockController {
    /** A queue, and the generation whose memory it is in. */
    record Current(Virtqueue queue, int generation) {}

    private static final Logger LOG = LoggerFactory.getLogger(BlockController.class);

    private final VirtioTransport transport;
    private final QueueInterrupts interrupts;
    private final BlockConfiguration configuration;
    private final int mostQueues;
    private final int mostDescriptors;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Virtqueue> queues = new ArrayList<>(); // guarded by lock
    private final BitSet taken = new BitSet(); // guarded by lock
    /** Of the queues that are taken those whose present memory their users know. */
    private final BitSet known = new BitSet(); // guarded by lock

    private volatile int generation;
    private volatile @Nullable DeviceAccessException failure;
    private volatile boolean closed;

    /**
     * Sets the device up.
     *
     * @param mostQueues how many queues are used at the most
     * @param mostDescriptors how many descriptors one of them has at the most
     */
    BlockController(VirtioTransport transport, QueueInterrupts interrupts, int mostQueues, int mostDescriptors) {
        this.transport = transport;
        this.interrupts = interrupts;
        this.mostQueues = mostQueues;
        this.mostDescriptors = mostDescriptors;
        transport.reset();
        this.configuration = start();
    }

    private BlockConfiguration start() {
        lock.lock();
        try {
            transport.negotiate(BlockConfiguration.FEATURES);
            BlockConfiguration found = BlockConfiguration.read(transport);
            int count = Math.min(found.queues(), mostQueues);
            interrupts.enable(count);
            List<Virtqueue> fresh = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                fresh.add(transport.createQueue(number, mostDescriptors, interrupts.vector(number)));
            }
            transport.start();
            queues.clear();
            queues.addAll(fresh);
            return found;
        } finally {
            lock.unlock();
        }
    }

    VirtioTransport transport() {
        return transport;
    }

    BlockConfiguration configuration() {
        return configuration;
    }

    int generation() {
        return generation;
    }

    /** Returns how many queues there are. */
    int queueCount() {
        return locked(queues::size);
    }

    /** Returns how many descriptors each queue has at the least. */
    int queueSize() {
        return locked(() -> queues.stream().mapToInt(Virtqueue::size).min().orElse(0));
    }

    /** Returns a queue in the memory that it has at present. */
    Current current(int number) {
        return locked(() -> {
            known.set(number);
            return new Current(queues.get(number), generation);
        });
    }

    /** Returns whether the driver is open and the device could be brought back whenever that was tried. */
    boolean isUsable() {
        return !closed && failure == null;
    }

    /** Throws unless the device works. */
    void check() {
        if (closed) {
            throw new IllegalStateException("the driver of " + transport.name() + " is closed");
        }
        DeviceAccessException cause = failure;
        if (cause != null) {
            throw new ResetFailedException(Failure.during("use " + transport.name())
                    .because("it could not be brought back: " + cause.detail())
                    .remedy("Close the driver, reset the device, and attach anew")
                    .cause(cause));
        }
    }

    /**
     * Resets the device, unless somebody else has.
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
            LOG.warn("{} is reset: {}", transport.name(), why);
            List<Virtqueue> old = List.copyOf(queues);
            try {
                transport.reset();
                BlockConfiguration found = start();
                if (!found.equals(configuration)) {
                    throw transport.changed(configuration + " became " + found);
                }
            } catch (DeviceAccessException e) {
                failure = e;
                throw e;
            }
            generation = seen + 1;
            // Who uses one of them gives it back on seeing the new generation.
            old.stream()
                    .filter(queue -> !taken.get(queue.number()) || !known.get(queue.number()))
                    .forEach(queue -> transport.free(queue.buffer()));
            known.clear();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the number of a queue that nobody uses.
     *
     * @throws DeviceBusyException if all are taken
     */
    int takeQueue() {
        return locked(() -> {
            check();
            if (!transport.device().isOpen()) {
                throw new IllegalStateException(transport.name() + " is closed");
            }
            int free = taken.nextClearBit(0);
            if (free >= queues.size()) {
                throw new DeviceBusyException(Failure.during("open a queue of " + transport.name())
                        .because("all " + queues.size() + " queues are open")
                        .remedy("Close one, or give the device more (QEMU: num-queues=)"));
            }
            taken.set(free);
            known.clear(free);
            return free;
        });
    }

    /**
     * Gives a queue back, with no request under way. A reset may have left it in memory that the device does not know any
     * more.
     */
    void giveBackQueue(Virtqueue queue, int itsGeneration) {
        locked(() -> {
            if (itsGeneration != generation && !closed) {
                transport.free(queue.buffer());
            }
            taken.clear(queue.number());
            return queue;
        });
    }

    /** Gives a queue back that was taken and not opened. */
    void giveBackQueue(int number) {
        locked(() -> {
            taken.clear(number);
            return number;
        });
    }

    /** Makes all later uses, and those that wait, throw {@link IllegalStateException}. */
    void stop() {
        closed = true;
    }

    /** Resets the device for the last time and gives all memory back. Called after {@link #stop}. */
    void shutDown() {
        lock.lock();
        try {
            transport.shutDown();
        } finally {
            lock.unlock();
        }
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
