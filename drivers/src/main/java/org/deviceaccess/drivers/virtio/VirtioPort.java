// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.deviceaccess.drivers.network.GuardedPort;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
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
public final class VirtioPort extends GuardedPort {
    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;
    private static final int CONTROL = 2;
    private static final int QUEUES = 3;
    private static final int FRAME_CHECK_SEQUENCE = 4;
    private static final int PAGE = 4096;
    private static final long PAUSE_NANOS = 50_000;
    /** Now and then it is looked whether the device is still there: one that is gone raises no interrupt. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private final VirtioTransport transport;
    private final QueueInterrupts interrupts;
    private final NetworkConfiguration configuration;
    private final MacAddress mac;
    private final PacketPool pool;
    private final ReceiveQueue receiving; // used while receiving
    private final TransmitQueue sending; // used while sending
    private final @Nullable ControlQueue control; // guarded by controlLock
    private final BooleanSupplier arm;
    private final BooleanSupplier disarm;
    private final Object controlLock = new Object();

    private VirtioPort(VirtioTransport transport, QueueInterrupts interrupts, int descriptors, int buffers) {
        super(transport.name());
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
        this.arm = receiving::arm;
        this.disarm = () -> {
            receiving.disarm();
            return true;
        };
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
        transport.check("read the state of the link");
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
    protected int takeReceived(PacketBatch batch) {
        return receiving.receive(batch);
    }

    @Override
    protected boolean hasReceived() {
        return receiving.isReady();
    }

    @Override
    protected boolean awaitReady(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        while (!isReady()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long remaining = nanos - (System.nanoTime() - start);
            if (remaining <= 0) {
                return false;
            }
            watch("wait for packets");
            sleep(remaining);
        }
        return true;
    }

    private void sleep(long nanos) throws InterruptedException {
        if (!interrupts.exist()) {
            LockSupport.parkNanos(Math.min(nanos, PAUSE_NANOS));
            return;
        }
        boolean ready = whileReceiving(arm);
        try {
            if (!ready) {
                interrupts.await(RECEIVE, nanos > SLICE.toNanos() ? SLICE : Duration.ofNanos(nanos));
            }
        } finally {
            whileReceiving(disarm);
        }
    }

    @Override
    protected int handOver(PacketBatch batch) {
        return sending.send(batch);
    }

    @Override
    protected int reclaim() {
        return sending.reclaim();
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
        NetworkStatistics[] counted = new NetworkStatistics[1];
        whileQuiet(() -> counted[0] = new NetworkStatistics(
                receiving.packets(),
                receiving.bytes() + FRAME_CHECK_SEQUENCE * receiving.packets(),
                sending.packets(),
                sending.bytes() + FRAME_CHECK_SEQUENCE * sending.packets(),
                0,
                receiving.errors()));
        return counted[0];
    }

    @Override
    protected void wake() {
        interrupts.close();
    }

    @Override
    protected void stop() {
        synchronized (controlLock) {
            transport.shutDown();
        }
    }

    @Override
    protected void watch(String operation) {
        requireOpen();
        transport.check(operation);
    }
}
