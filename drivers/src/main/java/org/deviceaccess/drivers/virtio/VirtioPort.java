// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.BiasedLock;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.jspecify.annotations.Nullable;

/**
 * A virtio network device that is ready for use (virtio 1.2, 5.1).
 *
 * <p>Packets are up to 1,518 bytes long, which is room for a VLAN tag; no offloads are used. The device has no counters: the
 * port counts what it is given and what it hands over, and does not know what was missed. A device that was reset by
 * {@link DeviceAccess#reset} or that needs a reset works no more: what is called then throws
 * {@link org.deviceaccess.spi.error.DeviceFaultException}, and the driver is closed and attached anew.
 */
public final class VirtioPort implements NetworkPort {
    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;
    private static final int CONTROL = 2;
    private static final int QUEUES = 3;
    private static final int FRAME_CHECK_SEQUENCE = 4;
    private static final int PAGE = 4096;
    private static final int WATCH_EVERY = 1 << 12;
    private static final long PAUSE_NANOS = 50_000;
    private static final Duration LONGEST_WAIT = Duration.ofDays(10_000);
    /** Now and then it is looked whether the device is still there: one that is gone raises no interrupt. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private final VirtioTransport transport;
    private final QueueInterrupts interrupts;
    private final NetworkConfiguration configuration;
    private final MacAddress mac;
    private final PacketPool pool;
    private final ReceiveQueue receiving; // guarded by receiveLock
    private final TransmitQueue sending; // guarded by sendLock
    private final @Nullable ControlQueue control; // guarded by controlLock
    private final ReentrantLock waiting = new ReentrantLock();
    private final BiasedLock receiveLock = new BiasedLock();
    private final BiasedLock sendLock = new BiasedLock();
    private final Object controlLock = new Object();
    private int idleReceives; // guarded by receiveLock
    private int idleSends; // guarded by sendLock
    private volatile boolean closed;
    private boolean released; // guarded by this

    private VirtioPort(VirtioTransport transport, QueueInterrupts interrupts, int descriptors, int buffers) {
        this.transport = transport;
        this.interrupts = interrupts;
        transport.reset();
        transport.negotiate(NetworkConfiguration.FEATURES);
        this.configuration = new NetworkConfiguration(transport);
        this.mac = configuration.mac();
        boolean filters = configuration.hasFilters();
        interrupts.enable(QUEUES);
        PacketBuffers packets = new PacketBuffers(transport.allocate(
                (long) buffers * PacketBuffers.PIECE,
                DmaConstraints.NONE.withAlignment(PAGE).withSegments(Integer.MAX_VALUE, Long.MAX_VALUE)));
        this.pool = packets.pool();
        this.receiving =
                new ReceiveQueue(transport.createQueue(RECEIVE, descriptors, interrupts.vector(RECEIVE)), packets);
        this.sending =
                new TransmitQueue(transport.createQueue(TRANSMIT, descriptors, CommonConfiguration.NO_VECTOR), packets);
        this.control = filters
                ? new ControlQueue(
                        transport,
                        transport.createQueue(CONTROL, ControlQueue.DESCRIPTORS, CommonConfiguration.NO_VECTOR))
                : null;
        transport.start();
        if (control != null) {
            control.apply(ReceiveFilter.OWN);
        }
        receiving.refill();
    }

    /**
     * Attaches to a device.
     *
     * @param descriptors how many descriptors each queue has at the most, a power of two
     * @param buffers how many buffers there are for packets
     */
    static VirtioPort attach(DeviceAccess device, Duration timeout, int descriptors, int buffers) {
        VirtioTransport transport = new VirtioTransport(device, timeout);
        QueueInterrupts interrupts = new QueueInterrupts(transport);
        try {
            return new VirtioPort(transport, interrupts, descriptors, buffers);
        } catch (RuntimeException e) {
            interrupts.close();
            throw transport.giveUp(e);
        }
    }

    @Override
    public MacAddress mac() {
        requireOpen();
        return mac;
    }

    @Override
    public LinkState link() {
        requireOpen();
        transport.check("read the state of the link of");
        return configuration.link();
    }

    @Override
    public int maxPacketLength() {
        return PacketBuffers.LONGEST;
    }

    @Override
    public PacketPool pool() {
        return pool;
    }

    @Override
    public int receive(PacketBatch batch) {
        requireOwn(batch);
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            requireOpen();
            int received = receiving.receive(batch);
            if (received == 0 && ++idleReceives % WATCH_EVERY == 0) {
                watch("receive from");
            }
            return received;
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    @Override
    public boolean awaitPackets(Duration limit) throws InterruptedException {
        requireOpen();
        long start = System.nanoTime();
        long nanos =
                limit.isNegative() ? 0 : limit.compareTo(LONGEST_WAIT) < 0 ? limit.toNanos() : LONGEST_WAIT.toNanos();
        if (!waiting.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            while (!isReady()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long remaining = nanos - (System.nanoTime() - start);
                if (remaining <= 0) {
                    return false;
                }
                watch("wait for packets of");
                sleep(remaining);
            }
            return true;
        } finally {
            waiting.unlock();
        }
    }

    private void sleep(long nanos) throws InterruptedException {
        if (!interrupts.exist()) {
            LockSupport.parkNanos(Math.min(nanos, PAUSE_NANOS));
            return;
        }
        boolean ready = arm();
        try {
            if (!ready) {
                interrupts.await(RECEIVE, nanos > SLICE.toNanos() ? SLICE : Duration.ofNanos(nanos));
            }
        } finally {
            disarm();
        }
    }

    private boolean arm() {
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            requireOpen();
            return receiving.arm();
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    private void disarm() {
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            if (!closed) {
                receiving.disarm();
            }
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    private boolean isReady() {
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            requireOpen();
            return receiving.isReady();
        } finally {
            receiveLock.unlock(receiver);
        }
    }

    @Override
    public int send(PacketBatch batch) {
        requireOwn(batch);
        BiasedLock.Bias sender = sendLock.lock();
        try {
            requireOpen();
            int sent = sending.send(batch);
            if (sent == 0 && ++idleSends % WATCH_EVERY == 0) {
                watch("send to");
            }
            return sent;
        } finally {
            sendLock.unlock(sender);
        }
    }

    @Override
    public int underWay() {
        BiasedLock.Bias sender = sendLock.lock();
        try {
            requireOpen();
            int left = sending.reclaim();
            if (left > 0 && ++idleSends % WATCH_EVERY == 0) {
                watch("send to");
            }
            return left;
        } finally {
            sendLock.unlock(sender);
        }
    }

    @Override
    public void setFilter(ReceiveFilter filter) {
        synchronized (controlLock) {
            requireOpen();
            if (control == null) {
                throw new UnsupportedCapabilityException(Failure.during("set the filter of " + transport.name())
                        .because("the device has no filters (VIRTIO_NET_F_CTRL_RX): it decides by itself")
                        .remedy("Look at the destination of what is received"));
            }
            control.apply(filter);
        }
    }

    @Override
    public NetworkStatistics statistics() {
        requireOpen();
        BiasedLock.Bias receiver = receiveLock.lock();
        try {
            BiasedLock.Bias sender = sendLock.lock();
            try {
                return new NetworkStatistics(
                        receiving.packets(),
                        receiving.bytes() + FRAME_CHECK_SEQUENCE * receiving.packets(),
                        sending.packets(),
                        sending.bytes() + FRAME_CHECK_SEQUENCE * sending.packets(),
                        0,
                        receiving.errors());
            } finally {
                sendLock.unlock(sender);
            }
        } finally {
            receiveLock.unlock(receiver);
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
    public synchronized void close() {
        if (released) {
            return;
        }
        released = true;
        closed = true;
        interrupts.close();
        // Nobody is inside when the device is reset, so nobody uses its memory afterwards.
        waiting.lock();
        try {
            synchronized (controlLock) {
                BiasedLock.Bias receiver = receiveLock.lock();
                try {
                    BiasedLock.Bias sender = sendLock.lock();
                    try {
                        transport.shutDown();
                    } finally {
                        sendLock.unlock(sender);
                    }
                } finally {
                    receiveLock.unlock(receiver);
                }
            }
        } finally {
            waiting.unlock();
        }
    }

    /** Throws if the device does not work any more. */
    private void watch(String operation) {
        requireOpen();
        transport.check(operation);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the driver of " + transport.name() + " is closed");
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very pool
    private void requireOwn(PacketBatch batch) {
        if (batch.pool() != pool) {
            throw new IllegalArgumentException("the batch is of another port's pool");
        }
    }
}
