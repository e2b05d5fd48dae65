// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import org.deviceaccess.drivers.network.PacketCard;
import org.deviceaccess.drivers.support.Poll;
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

/** A virtio network device with its queues: puts together what each own one part of it. */
final class VirtioCard implements PacketCard {
    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;
    private static final int CONTROL = 2;
    private static final int QUEUES = 3;
    private static final int FRAME_CHECK_SEQUENCE = 4;
    private static final int PAGE = 4096;

    private final VirtioTransport transport;
    private final QueueInterrupts interrupts;
    private final NetworkConfiguration configuration;
    private final int descriptors;
    private final boolean filters;
    private final MacAddress mac;
    private final PacketBuffers packets;
    private final PacketCount received = new PacketCount();
    private final PacketCount sent = new PacketCount();
    private ReceiveQueue receiving;
    private TransmitQueue sending;
    private @Nullable ControlQueue control;

    private VirtioCard(VirtioTransport transport, QueueInterrupts interrupts, int descriptors, int buffers) {
        this.transport = transport;
        this.interrupts = interrupts;
        this.descriptors = descriptors;
        transport.reset();
        transport.negotiate(NetworkConfiguration.FEATURES);
        this.configuration = new NetworkConfiguration(transport);
        this.mac = configuration.mac();
        this.filters = configuration.hasFilters();
        this.packets = new PacketBuffers(transport.allocate(
                (long) buffers * PacketBuffers.PIECE,
                DmaConstraints.NONE.withAlignment(PAGE).withSegments(Integer.MAX_VALUE, Long.MAX_VALUE)));
        interrupts.enable(QUEUES);
        this.receiving = receiveQueue();
        this.sending = transmitQueue();
        this.control = controlQueue();
        go(ReceiveFilter.OWN);
    }

    private ReceiveQueue receiveQueue() {
        return new ReceiveQueue(
                transport.createQueue(RECEIVE, descriptors, interrupts.vector(RECEIVE)), packets, received);
    }

    private TransmitQueue transmitQueue() {
        return new TransmitQueue(
                transport.createQueue(TRANSMIT, descriptors, CommonConfiguration.NO_VECTOR), packets, sent);
    }

    private @Nullable ControlQueue controlQueue() {
        return filters
                ? new ControlQueue(
                        transport,
                        transport.createQueue(CONTROL, ControlQueue.DESCRIPTORS, CommonConfiguration.NO_VECTOR))
                : null;
    }

    /** Lets the device work: it has its queues. */
    private void go(ReceiveFilter filter) {
        transport.start();
        if (control != null) {
            control.apply(filter);
        }
        receiving.refill();
    }

    /**
     * Brings a card into use.
     *
     * @param descriptors how many descriptors each queue has at the most, a power of two
     * @param buffers how many buffers there are for packets
     */
    static VirtioCard start(DeviceAccess device, Duration timeout, int descriptors, int buffers) {
        VirtioTransport transport = new VirtioTransport(device, timeout);
        QueueInterrupts interrupts = new QueueInterrupts(transport);
        try {
            return new VirtioCard(transport, interrupts, descriptors, buffers);
        } catch (RuntimeException e) {
            interrupts.close();
            throw transport.giveUp(e);
        }
    }

    @Override
    public void start(ReceiveFilter filter) {
        transport.negotiate(NetworkConfiguration.FEATURES);
        if (configuration.hasFilters() != filters || !configuration.isOf(mac)) {
            throw transport.changed("it has another address or other features");
        }
        interrupts.enable(QUEUES);
        receiving = receiveQueue();
        sending = transmitQueue();
        control = controlQueue();
        go(filter);
    }

    @Override
    public void halt() {
        transport.reset();
    }

    @Override
    public void discard() {
        receiving.discard(transport);
        sending.discard(transport);
        if (control != null) {
            control.discard();
        }
    }

    @Override
    public void shutDown() {
        transport.shutDown();
    }

    @Override
    public @Nullable String trouble(String operation) {
        String trouble = transport.trouble(operation);
        if (trouble != null) {
            return trouble;
        }
        if (control != null && control.isUnanswered()) {
            return "it has not answered a command";
        }
        return receiving.isBroken() || sending.isBroken()
                ? "it has used a descriptor that it did not have, and may be using any of them"
                : null;
    }

    @Override
    public MacAddress mac() {
        return mac;
    }

    @Override
    public LinkState link() {
        return configuration.link();
    }

    @Override
    public int maxPacketLength() {
        return PacketBuffers.LONGEST;
    }

    @Override
    public PacketPool pool() {
        return packets.pool();
    }

    @Override
    public int receive(PacketBatch batch) {
        return receiving.receive(batch);
    }

    @Override
    public boolean isReady() {
        return receiving.isReady();
    }

    @Override
    public boolean refill() {
        return receiving.refill();
    }

    @Override
    public boolean arm() {
        return interrupts.exist() ? receiving.arm() : receiving.isReady();
    }

    @Override
    public void await(long nanos) throws InterruptedException {
        if (interrupts.exist()) {
            interrupts.await(RECEIVE, Duration.ofNanos(nanos));
        } else {
            Poll.pauseAtMost(nanos);
        }
    }

    @Override
    public void disarm() {
        receiving.disarm();
    }

    @Override
    public void wake() {
        interrupts.close();
    }

    @Override
    public int send(PacketBatch batch) {
        return sending.send(batch);
    }

    @Override
    public int reclaim() {
        return sending.reclaim();
    }

    @Override
    public void apply(ReceiveFilter filter) {
        if (control == null) {
            throw new UnsupportedCapabilityException(Failure.during("set the filter of " + transport.name())
                    .because("the device has no filters (VIRTIO_NET_F_CTRL_RX): it decides by itself")
                    .remedy("Look at the destination of what is received"));
        }
        control.apply(filter);
    }

    @Override
    public NetworkStatistics statistics() {
        return new NetworkStatistics(
                received.packets(),
                received.bytes() + FRAME_CHECK_SEQUENCE * received.packets(),
                sent.packets(),
                sent.bytes() + FRAME_CHECK_SEQUENCE * sent.packets(),
                0,
                received.errors());
    }
}
