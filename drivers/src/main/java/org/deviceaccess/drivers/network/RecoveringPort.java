// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.driver.BiasedLock;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;

/**
 * A port of any {@link PacketCard}: who may call the card when, how a thread waits for packets, what happens when the card
 * does not work any more, and how it is closed.
 *
 * <p>One thread at a time is inside in each direction, one waits, and nobody is when the card is reset or closed. Now and
 * then, by the clock, a call that has nothing to do and one that waits look at the card; {@link PortRecovery} does the rest.
 *
 * <p>The locks are taken in this order: waiting, control, receiving, sending.
 */
public abstract class RecoveringPort implements NetworkPort {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Looking at the device costs a register access, and the clock some nanoseconds: busy receivers do it so often. */
    private static final int LOOK_EVERY = 1 << 8;

    private final String name;
    private final DriverClaim claim;
    private final PacketCard card;
    private final PacketPool pool;
    private final PacketWait waiting;
    private final PortRecovery recovery; // its recovering and closing guarded by control
    private final long lookNanos;
    private final ReentrantLock control = new ReentrantLock();
    private final BiasedLock receiving = new BiasedLock();
    private final BiasedLock sending = new BiasedLock();
    private final AtomicLong sent = new AtomicLong(); // written while sending
    private final AtomicInteger underWay = new AtomicInteger(); // written while sending
    private int busyReceives; // while receiving
    private ReceiveFilter filter = ReceiveFilter.OWN; // guarded by control
    private volatile boolean closed;
    private boolean released; // guarded by control
    private long nextLook = System.nanoTime(); // a hint, of any thread

    /**
     * Makes the port of a card that is in use, with {@link ReceiveFilter#OWN}.
     *
     * @param device the device that the card is
     * @param claim what the driver holds the device by; closed with the driver
     * @param timeout how long the card may take to send a packet while the link is up, more than zero
     */
    protected RecoveringPort(DeviceAccess device, DriverClaim claim, PacketCard card, Duration timeout) {
        this.claim = claim;
        this.name = device.address().toString();
        this.card = card;
        this.pool = card.pool();
        this.recovery = new PortRecovery(device, card, timeout);
        this.lookNanos = Math.min(LOOK_NANOS, timeout.toNanos() / 4);
        this.waiting = new PacketWait(card, receiving, lookNanos);
    }

    @Override
    public final MacAddress mac() {
        requireOpen();
        return card.mac();
    }

    @Override
    public final LinkState link() {
        requireOpen();
        look("read the state of the link");
        return card.link();
    }

    @Override
    public final int maxPacketLength() {
        return card.maxPacketLength();
    }

    @Override
    public final PacketPool pool() {
        return pool;
    }

    @Override
    public final int receive(PacketBatch batch) {
        requireOwn(batch);
        int received;
        BiasedLock.Bias held = receiving.lock();
        try {
            requireUsable("receive packets");
            received = card.receive(batch);
            if (received > 0 && ++busyReceives % LOOK_EVERY != 0) {
                return received;
            }
        } catch (DeviceFaultException e) {
            // Perhaps there is more to it than one packet.
            nextLook = System.nanoTime();
            throw e;
        } finally {
            receiving.unlock(held);
        }
        lookIfDue("receive packets");
        return received;
    }

    @Override
    public final int send(PacketBatch batch) {
        requireOwn(batch);
        int taken;
        BiasedLock.Bias held = sending.lock();
        try {
            requireUsable("send packets");
            boolean progress = reclaim();
            taken = card.send(batch);
            if (taken > 0) {
                underWay.setRelease(underWay.getPlain() + taken);
            }
            if (progress) {
                return taken;
            }
        } catch (DeviceFaultException e) {
            nextLook = System.nanoTime();
            throw e;
        } finally {
            sending.unlock(held);
        }
        lookIfDue("send packets");
        return taken;
    }

    @Override
    public final int underWay() {
        BiasedLock.Bias held = sending.lock();
        try {
            requireUsable("send packets");
            if (reclaim()) {
                return underWay.getPlain();
            }
        } catch (DeviceFaultException e) {
            nextLook = System.nanoTime();
            throw e;
        } finally {
            sending.unlock(held);
        }
        lookIfDue("send packets");
        return underWay.getAcquire();
    }

    /** While sending: gives the buffers of sent packets back; returns whether some were sent or none is under way. */
    private boolean reclaim() {
        int before = underWay.getPlain();
        int left = card.reclaim();
        if (left == before) {
            return left == 0;
        }
        sent.setRelease(sent.getPlain() + before - left);
        underWay.setRelease(left);
        return true;
    }

    @Override
    public final boolean awaitPackets(Duration limit) throws InterruptedException {
        requireOpen();
        return waiting.await(this, limit);
    }

    @Override
    public final void setFilter(ReceiveFilter wanted) {
        control.lock();
        try {
            requireUsable("set the receive filter");
            recover("set the receive filter");
            card.apply(wanted);
            filter = wanted;
        } finally {
            control.unlock();
        }
    }

    @Override
    public final NetworkStatistics statistics() {
        control.lock();
        try {
            requireOpen();
            return card.statistics();
        } finally {
            control.unlock();
        }
    }

    /** Looks at the card if it is time to do so again. */
    private void lookIfDue(String operation) {
        long now = System.nanoTime();
        if (now - nextLook >= 0) {
            nextLook = now + lookNanos;
            look(operation);
        }
    }

    /** Looks at the card, unless another thread does at this moment, and has it reset if it does not work any more. */
    void look(String operation) {
        if (control.tryLock()) {
            try {
                requireUsable(operation);
                recover(operation);
            } finally {
                control.unlock();
            }
        }
    }

    /** With control held. */
    private void recover(String operation) {
        String trouble = recovery.trouble(operation, sent.getAcquire(), underWay.getAcquire());
        if (trouble == null) {
            return;
        }
        BiasedLock.Bias receiver = receiving.lock();
        try {
            BiasedLock.Bias sender = sending.lock();
            try {
                // What is sent by now was perhaps all that there is to it: nobody may have looked for long.
                if (!recovery.isTransmitter() || !reclaim()) {
                    recovery.recover(operation, trouble, sent.getPlain(), filter);
                    underWay.setRelease(0);
                }
            } finally {
                sending.unlock(sender);
            }
        } finally {
            receiving.unlock(receiver);
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
    public final void close() {
        closed = true;
        card.wake();
        // Nobody is inside when the device is reset, so nobody tells it anything afterwards.
        waiting.lock();
        control.lock();
        BiasedLock.Bias receiver = receiving.lock();
        BiasedLock.Bias sender = sending.lock();
        try {
            if (!released) {
                released = true;
                recovery.close();
            }
        } finally {
            claim.close();
            sending.unlock(sender);
            receiving.unlock(receiver);
            control.unlock();
            waiting.unlock();
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the driver of " + name + " is closed");
        }
    }

    void requireUsable(String operation) {
        requireOpen();
        recovery.requireUsable(operation);
    }

    @SuppressWarnings("ReferenceEquality") // the very pool
    private void requireOwn(PacketBatch batch) {
        if (batch.pool() != pool) {
            throw new IllegalArgumentException("the batch is of another port's pool");
        }
    }
}
