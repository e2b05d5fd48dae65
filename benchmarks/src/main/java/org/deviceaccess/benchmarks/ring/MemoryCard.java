// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.DriverClaims;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.MmioRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/**
 * A network card that is nothing but memory, mapped as a real one's BAR 0 is.
 *
 * <p>While a driver attaches or closes, a thread plays the little of an 82574 that the driver waits for. In between there
 * is no device: {@link #finish} marks as sent what the driver handed over.
 */
final class MemoryCard implements DeviceAccess, DmaSupport, InterruptSupport {
    private static final long BAR_SIZE = 0x20000;
    private static final int CTRL = 0x0000;
    private static final int CTRL_RST = 1 << 26;
    private static final int EECD = 0x0010;
    private static final int EECD_AUTO_RD = 1 << 9;
    private static final int EERD = 0x0014;
    private static final int EERD_START = 1;
    private static final int EERD_DONE = 1 << 1;
    private static final int TDT = 0x3818;
    private static final int DESCRIPTOR_SHIFT = 4;
    private static final int STATE = 8;
    private static final long DONE = 1L << 32;
    private static final long END_OF_PACKET = 1L << 33;
    private static final long ALIGNMENT = 64;
    private static final int[] EEPROM = {0x5452, 0x0000, 0x0100};
    private static final int EEPROM_SUM = 0xbaba;
    private static final int EEPROM_LAST = 0x3f;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bar = arena.allocate(BAR_SIZE, 4096);
    private final Region region = new MmioRegion(
            new RegionInfo(
                    RegionId.BAR0,
                    BAR_SIZE,
                    RegionInfo.AddressSpace.MEMORY,
                    true,
                    true,
                    true,
                    EnumSet.allOf(AccessWidth.class)),
            bar);
    private final DriverClaims claims = new DriverClaims(address());
    private final int mask;
    private MemorySegment receiveRing = MemorySegment.NULL;
    private MemorySegment transmitRing = MemorySegment.NULL;

    MemoryCard(RingSize size) {
        mask = size.descriptors() - 1;
        bar.set(ValueLayout.JAVA_INT, EECD, EECD_AUTO_RD);
    }

    /** Does something during which the card answers. */
    <T> T answering(Supplier<T> action) {
        Thread answers = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                answer();
            }
        });
        try {
            return action.get();
        } finally {
            answers.interrupt();
            try {
                answers.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void answer() {
        VarHandle.fullFence();
        int control = bar.get(ValueLayout.JAVA_INT, CTRL);
        if ((control & CTRL_RST) != 0) {
            bar.set(ValueLayout.JAVA_INT, CTRL, control & ~CTRL_RST);
        }
        int request = bar.get(ValueLayout.JAVA_INT, EERD);
        if ((request & EERD_START) != 0) {
            bar.set(ValueLayout.JAVA_INT, EERD, word(request >>> 2) << 16 | EERD_DONE);
        }
        VarHandle.fullFence();
        Thread.onSpinWait();
    }

    private static int word(int address) {
        if (address < EEPROM.length) {
            return EEPROM[address];
        }
        int sum = 0;
        for (int word : EEPROM) {
            sum += word;
        }
        return address == EEPROM_LAST ? (EEPROM_SUM - sum) & 0xffff : 0;
    }

    /** Marks all packets up to the tail as sent: the last descriptor before it is done. */
    void finish() {
        MemorySegment ring = transmitRing;
        long state = stateOf(bar.get(ValueLayout.JAVA_INT, TDT) - 1);
        ring.set(ValueLayout.JAVA_LONG, state, ring.get(ValueLayout.JAVA_LONG, state) | DONE);
    }

    /** Lets so many packets arrive, at the descriptors from a place on, without a turn between them. */
    void arrive(int at, int count) {
        MemorySegment ring = receiveRing;
        int first = at & mask;
        for (int i = first; i < first + count; i++) {
            ring.set(
                    ValueLayout.JAVA_LONG,
                    ((long) i << DESCRIPTOR_SHIFT) + STATE,
                    PortLoop.FRAME | DONE | END_OF_PACKET);
        }
    }

    private long stateOf(int descriptor) {
        return ((long) (descriptor & mask) << DESCRIPTOR_SHIFT) + STATE;
    }

    @Override
    public DmaBuffer allocate(long size, DmaConstraints constraints) {
        MemorySegment memory = arena.allocate(size, Math.max(ALIGNMENT, constraints.alignment()));
        long ring = (mask + 1L) << DESCRIPTOR_SHIFT;
        // The driver has both rings in one buffer.
        if (size == 2 * ring) {
            receiveRing = memory.asSlice(0, ring);
            transmitRing = memory.asSlice(ring);
        }
        return new MemoryBuffer(memory);
    }

    @Override
    public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean reaches(DmaBuffer buffer) {
        return buffer.memory().scope().equals(arena.scope());
    }

    @Override
    public DmaLimits limits() {
        return new DmaLimits(AddressKind.PHYSICAL, List.of(new AddressRange(0, -1)), 4096, 4096, Long.MAX_VALUE, true);
    }

    @Override
    public DeviceAddress address() {
        return DeviceAddress.parse("memory:e1000e");
    }

    @Override
    public DeviceIdentity identity() {
        return new DeviceIdentity("memory", new PciId(0x8086, 0x10d3, 0, 0, 0x020000, 0), -1);
    }

    @Override
    public TrustLevel trust() {
        return TrustLevel.SIMULATED;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.DMA);
    }

    @Override
    public List<RegionInfo> regions() {
        return List.of(region.info());
    }

    @Override
    public Region region(RegionId id) {
        return region;
    }

    @Override
    public InterruptSupport interrupts() {
        return this;
    }

    @Override
    public List<InterruptInfo> kinds() {
        return List.of();
    }

    @Override
    public Interrupts enable(InterruptKind kind, int vectors) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DmaSupport dma() {
        return this;
    }

    @Override
    public DeviceEvents events() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DriverClaim claim(String driver) {
        return claims.claim(driver);
    }

    @Override
    public void reset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public boolean isOpen() {
        return arena.scope().isAlive();
    }

    @Override
    public void close() {
        arena.close();
    }
}
