// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.deviceaccess.drivers.network.GuardedPort;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.deviceaccess.spi.region.RegionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port of an 82574 that is ready for use.
 *
 * <p>Packets are up to 1,518 bytes long, which is room for a VLAN tag. Packets with a damaged frame are dropped and
 * counted; checksums of IP, TCP and UDP are the application's. A device that was reset by {@link DeviceAccess#reset} works
 * no more: what is called then throws {@link org.deviceaccess.spi.error.DeviceFaultException}, and the driver is closed
 * and attached anew.
 */
public final class E1000ePort extends GuardedPort {
    private static final Logger LOG = LoggerFactory.getLogger(E1000ePort.class);
    private static final int LONGEST = 1518;
    private static final int BUFFER_SIZE = 2048;
    private static final int DESCRIPTOR = 16;
    private static final int PAGE = 4096;

    private final DeviceAccess device;
    private final E1000eRegisters registers;
    private final Duration timeout;
    private final DmaBuffer rings;
    private final DmaBuffer packets;
    private final PacketPool pool;
    private final ReceiveRing receiving; // used while receiving
    private final TransmitRing sending; // used while sending
    private final ReceiveAddresses addresses; // used while receiving
    private final PacketInterrupt interrupt;
    private final Link link;
    private final Counters counters;
    private final MacAddress mac;

    private E1000ePort(
            DeviceAccess device,
            E1000eRegisters registers,
            Duration timeout,
            List<InterruptKind> interrupts,
            DmaBuffer rings,
            DmaBuffer packets) {
        super(registers.device());
        this.device = device;
        this.registers = registers;
        this.timeout = timeout;
        this.rings = rings;
        this.packets = packets;
        this.pool = new PacketPool(packets, BUFFER_SIZE);
        long half = rings.size() / 2;
        MemorySegment memory = rings.memory();
        this.receiving = new ReceiveRing(registers, memory.asSlice(0, half), pool, LONGEST);
        this.sending = new TransmitRing(registers, memory.asSlice(half), pool, LONGEST);
        this.interrupt = new PacketInterrupt(device, registers, interrupts, () -> watch("wait for packets"));
        this.link = new Link(registers);
        this.counters = new Counters(registers);
        this.addresses = new ReceiveAddresses(registers);
        this.mac = new Eeprom(registers, timeout).mac();
        start(half);
    }

    /** Brings a card that is at rest into use. */
    private void start(long half) {
        addresses.setOwn(mac);
        registers.write(
                E1000eRegisters.CTRL_EXT,
                registers.readPresent(E1000eRegisters.CTRL_EXT, "start the port") | E1000eRegisters.CTRL_EXT_DRV_LOAD);
        counters.clear();
        receiving.start(rings.deviceAddress());
        addresses.apply(ReceiveFilter.OWN);
        sending.start(rings.deviceAddress(half));
        link.start();
    }

    /**
     * Attaches to a device.
     *
     * @param descriptors how many descriptors each of the two rings has, a power of two
     * @param buffers how many buffers there are for packets
     * @param interrupts which kinds may be used, the best first
     */
    static E1000ePort attach(
            DeviceAccess device, Duration timeout, int descriptors, int buffers, List<InterruptKind> interrupts) {
        E1000eRegisters registers = new E1000eRegisters(
                device.region(RegionId.BAR0), device.address().toString());
        // Before there is memory: what a predecessor left running must not reach it.
        Rest.reach(registers, timeout);
        DmaConstraints constraints = DmaConstraints.NONE.withAlignment(PAGE);
        DmaBuffer rings = device.dma().allocate(2L * descriptors * DESCRIPTOR, constraints);
        DmaBuffer packets;
        try {
            packets = device.dma()
                    .allocate(
                            (long) buffers * BUFFER_SIZE, constraints.withSegments(Integer.MAX_VALUE, Long.MAX_VALUE));
        } catch (RuntimeException e) {
            giveUp(e, rings::close);
            throw e;
        }
        try {
            return new E1000ePort(device, registers, timeout, interrupts, rings, packets);
        } catch (RuntimeException e) {
            giveUp(e, () -> {
                // Where this fails the device may still use the memory, which is left to the closing of the device.
                Rest.reach(registers, timeout);
                packets.close();
                rings.close();
            });
            throw e;
        }
    }

    private static void giveUp(RuntimeException cause, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException again) {
            cause.addSuppressed(again);
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
        return link.state();
    }

    @Override
    public int maxPacketLength() {
        return LONGEST;
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
        return interrupt.await(this::isReady, nanos);
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
        whileReceiving(() -> {
            addresses.apply(filter);
            return true;
        });
    }

    @Override
    public NetworkStatistics statistics() {
        requireOpen();
        return counters.read();
    }

    @Override
    protected void wake() {
        interrupt.close();
    }

    @Override
    protected void stop() {
        try {
            Rest.reach(registers, timeout);
            packets.close();
            rings.close();
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
            // Otherwise the device's own closing has done all of it.
        } catch (DeviceLostException e) {
            LOG.warn("{} was lost before its driver was closed: {}", device.address(), e.getMessage());
        }
    }

    /** Throws if the device is gone, or was reset behind the driver's back. */
    @Override
    protected void watch(String operation) {
        int control = registers.readPresent(E1000eRegisters.RCTL, operation);
        if ((control & E1000eRegisters.RCTL_EN) == 0) {
            requireOpen();
            throw registers.fault(operation, "it was reset behind the driver's back (RCTL.EN is 0)");
        }
    }
}
