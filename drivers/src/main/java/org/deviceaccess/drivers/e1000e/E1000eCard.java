// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.deviceaccess.drivers.network.PacketCard;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.deviceaccess.spi.region.RegionId;
import org.jspecify.annotations.Nullable;

/** An 82574 with its rings: puts together what each own one part of it. */
final class E1000eCard implements PacketCard {
    private static final int LONGEST = 1518;
    private static final int BUFFER_SIZE = 2048;
    private static final int DESCRIPTOR = 16;
    private static final int PAGE = 4096;

    private final E1000eRegisters registers;
    private final Duration timeout;
    private final DmaBuffer rings;
    private final DmaBuffer packets;
    private final PacketPool pool;
    private final ReceiveRing receiving;
    private final TransmitRing sending;
    private final ReceiveAddresses addresses;
    private final PacketInterrupt interrupt;
    private final Link link;
    private final Counters counters;
    private final MacAddress mac;

    private E1000eCard(
            DeviceAccess device,
            E1000eRegisters registers,
            Duration timeout,
            List<InterruptKind> interrupts,
            DmaBuffer rings,
            DmaBuffer packets) {
        this.registers = registers;
        this.timeout = timeout;
        this.rings = rings;
        this.packets = packets;
        this.pool = new PacketPool(packets, BUFFER_SIZE);
        long half = rings.size() / 2;
        MemorySegment memory = rings.memory();
        this.receiving = new ReceiveRing(registers, memory.asSlice(0, half), rings.deviceAddress(), pool, LONGEST);
        this.sending = new TransmitRing(registers, memory.asSlice(half), rings.deviceAddress(half), pool, LONGEST);
        this.interrupt = new PacketInterrupt(device, registers, interrupts);
        this.link = new Link(registers);
        this.counters = new Counters(registers);
        this.addresses = new ReceiveAddresses(registers);
        this.mac = new Eeprom(registers, timeout).mac();
        counters.clear();
        start(ReceiveFilter.OWN);
    }

    /**
     * Brings a card into use.
     *
     * @param descriptors how many descriptors each of the two rings has, a power of two
     * @param buffers how many buffers there are for packets
     * @param interrupts which kinds may be used, the best first
     */
    static E1000eCard start(
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
            return new E1000eCard(device, registers, timeout, interrupts, rings, packets);
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
    public void start(ReceiveFilter filter) {
        Silicon.apply(registers);
        addresses.setOwn(mac);
        registers.write(
                E1000eRegisters.CTRL_EXT,
                registers.readPresent(E1000eRegisters.CTRL_EXT, "start the port") | E1000eRegisters.CTRL_EXT_DRV_LOAD);
        interrupt.restore();
        receiving.start();
        addresses.apply(filter);
        sending.start();
        link.start();
    }

    @Override
    public void halt() {
        // A reset clears what the card has counted.
        counters.read();
        Rest.reach(registers, timeout);
    }

    @Override
    public void discard() {
        receiving.discard();
        sending.discard();
    }

    @Override
    public void shutDown() {
        Rest.reach(registers, timeout);
        packets.close();
        rings.close();
    }

    @Override
    public @Nullable String trouble(String operation) {
        int control = registers.readPresent(E1000eRegisters.RCTL, operation);
        return (control & E1000eRegisters.RCTL_EN) == 0 ? "it was reset behind the driver's back (RCTL.EN is 0)" : null;
    }

    @Override
    public MacAddress mac() {
        return mac;
    }

    @Override
    public LinkState link() {
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
        interrupt.arm();
        // What came before the causes were let through may raise nothing any more.
        return receiving.isReady();
    }

    @Override
    public void await(long nanos) throws InterruptedException {
        interrupt.await(nanos);
    }

    @Override
    public void disarm() {
        interrupt.disarm();
    }

    @Override
    public void wake() {
        interrupt.close();
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
        addresses.apply(filter);
    }

    @Override
    public NetworkStatistics statistics() {
        return counters.read();
    }
}
