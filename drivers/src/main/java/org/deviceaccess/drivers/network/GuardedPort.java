// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.deviceaccess.spi.driver.BiasedLock;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;

/**
 * What is around the rings of a port: one thread at a time is inside in each direction, one waits, nobody is when the port
 * is closed, and a port that has nothing to do is looked at now and then.
 */
public abstract class GuardedPort implements NetworkPort {
    /** Looking at the device costs a register access; so many calls in vain go without. */
    private static final int WATCH_EVERY = 1 << 12;

    private static final Duration LONGEST_WAIT = Duration.ofDays(10_000);

    private final String name;
    private final ReentrantLock waiting = new ReentrantLock();
    private final BiasedLock receiveLock = new BiasedLock();
    private final BiasedLock sendLock = new BiasedLock();
    private int idleReceives; // guarded by receiveLock
    private int idleSends; // guarded by sendLock
    private volatile boolean closed;
    private boolean released; // guarded by this

    /**
     * Makes a port.
     *
     * @param name the device's name, for messages
     */
    protected GuardedPort(String name) {
        this.name = name;
    }

    /** Does what {@link #receive} is to do, alone. */
    protected abstract int takeReceived(PacketBatch batch);

    /** Returns whether a packet has arrived, alone with {@link #takeReceived}. */
    protected abstract boolean hasReceived();

    /** Does what {@link #send} is to do, alone. */
    protected abstract int handOver(PacketBatch batch);

    /** Does what {@link #underWay} is to do, alone with {@link #handOver}. */
    protected abstract int reclaim();

    /**
     * Waits until {@link #isReady}, in one thread at a time.
     *
     * @return false when so many nanoseconds have passed
     */
    protected abstract boolean awaitReady(long nanos) throws InterruptedException;

    /**
     * Throws if the device does not work any more.
     *
     * @param operation what was tried, such as {@code receive packets}
     */
    protected abstract void watch(String operation);

    /** Wakes who waits, and lets nobody wait again. */
    protected abstract void wake();

    /** Stops the device and gives everything back; nobody is inside any more. */
    protected abstract void stop();

    @Override
    public final int receive(PacketBatch batch) {
        requireOwn(batch);
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            requireOpen();
            int received = takeReceived(batch);
            if (received == 0 && ++idleReceives % WATCH_EVERY == 0) {
                watch("receive packets");
            }
            return received;
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    @Override
    public final boolean awaitPackets(Duration limit) throws InterruptedException {
        requireOpen();
        long start = System.nanoTime();
        long nanos =
                limit.isNegative() ? 0 : limit.compareTo(LONGEST_WAIT) < 0 ? limit.toNanos() : LONGEST_WAIT.toNanos();
        if (!waiting.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            return awaitReady(nanos - (System.nanoTime() - start));
        } finally {
            waiting.unlock();
        }
    }

    /** Returns whether a packet has arrived. */
    protected final boolean isReady() {
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            requireOpen();
            return hasReceived();
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    /** Does something alone with {@link #takeReceived}, unless the port is closed. */
    protected final boolean whileReceiving(BooleanSupplier action) {
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            requireOpen();
            return action.getAsBoolean();
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    /** Does something while nobody receives or sends. */
    protected final void whileQuiet(Runnable action) {
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            BiasedLock.Bias sender = sendLock.lock();
            try {
                action.run();
            } finally {
                sendLock.unlock(sender);
            }
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    @Override
    public final int send(PacketBatch batch) {
        requireOwn(batch);
        BiasedLock.Bias sender = sendLock.lock();
        try {
            requireOpen();
            int sent = handOver(batch);
            if (sent == 0 && ++idleSends % WATCH_EVERY == 0) {
                watch("send packets");
            }
            return sent;
        } finally {
            sendLock.unlock(sender);
        }
    }

    @Override
    public final int underWay() {
        BiasedLock.Bias sender = sendLock.lock();
        try {
            requireOpen();
            int left = reclaim();
            if (left > 0 && ++idleSends % WATCH_EVERY == 0) {
                watch("send packets");
            }
            return left;
        } finally {
            sendLock.unlock(sender);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the device does not come to rest. The driver is closed
     *     all the same, and memory that the device may still be using is left to the closing of the device, which stops its
     *     DMA first
     */
    @Override
    public final synchronized void close() {
        if (released) {
            return;
        }
        released = true;
        closed = true;
        wake();
        // Nobody is inside when the device is reset, so nobody tells it anything afterwards.
        waiting.lock();
        try {
            whileQuiet(this::stop);
        } finally {
            waiting.unlock();
        }
    }

    /** Throws if the driver is closed. */
    protected final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the driver of " + name + " is closed");
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very pool
    private void requireOwn(PacketBatch batch) {
        if (batch.pool() != pool()) {
            throw new IllegalArgumentException("the batch is of another port's pool");
        }
    }
}
