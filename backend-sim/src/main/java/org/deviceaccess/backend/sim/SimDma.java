// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.CallerMemory;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.iova.IovaSpace;
import org.deviceaccess.spi.pci.PciHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DMA memory of one device: allocates or takes it, finds addresses, and maps it in the simulated IOMMU. */
final class SimDma implements DmaSupport {
    private static final Logger LOG = LoggerFactory.getLogger(SimDma.class);

    private static final long PAGE = 4096;
    /** Where x86 takes writes as messages of interrupts, so that no IOMMU there translates it. */
    private static final AddressRange MESSAGES = new AddressRange(0xfee00000L, 0xfeefffffL);

    private final DeviceState state;
    private final ConfigSpace config;
    private final Iommu iommu;
    private final DmaLimits limits;
    private final boolean scatter;
    private final IovaSpace space; // guarded by state
    private final Set<SimDmaBuffer> buffers = new LinkedHashSet<>(); // guarded by state

    SimDma(DeviceState state, ConfigSpace config, Iommu iommu, SimOptions options) {
        this.state = state;
        this.config = config;
        this.iommu = iommu;
        this.scatter = options.scatter();
        this.limits =
                new DmaLimits(AddressKind.IOVA, ranges(options.addressBits()), PAGE, PAGE, options.maxMappings(), true);
        this.space = new IovaSpace(limits.ranges());
    }

    private static List<AddressRange> ranges(int addressBits) {
        long last = (1L << addressBits) - 1;
        if (last < MESSAGES.first()) {
            return List.of(new AddressRange(PAGE, last));
        }
        AddressRange low = new AddressRange(PAGE, MESSAGES.first() - 1);
        return last <= MESSAGES.last() ? List.of(low) : List.of(low, new AddressRange(MESSAGES.last() + 1, last));
    }

    @Override
    public DmaLimits limits() {
        state.requireOpen();
        return limits;
    }

    // The buffer closes the arena.
    @SuppressWarnings("MustBeClosedChecker")
    @Override
    public DmaBuffer allocate(long size, DmaConstraints constraints) {
        state.requireOpen();
        Placement placement =
                Placement.of("allocate " + size + " bytes for DMA of " + state, size, constraints, limits, scatter);
        Arena arena = Arena.ofShared();
        boolean done = false;
        try {
            MemorySegment memory = arena.allocate(placement.whole().length(), PAGE);
            DmaBuffer buffer = add(placement, memory, arena);
            done = true;
            return buffer;
        } catch (OutOfMemoryError e) {
            // What the JVM throws when its limit of native memory is reached; nothing else was touched.
            throw new DmaMemoryException(Failure.during("allocate " + size + " bytes for DMA of " + state)
                    .because(String.valueOf(e.getMessage()))
                    .remedy("Ask for less, close buffers, or start the JVM with a larger -XX:MaxDirectMemorySize")
                    .cause(e));
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    @Override
    public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
        state.requireOpen();
        String operation = "map " + memory + " for DMA of " + state;
        CallerMemory.check(operation, memory, constraints.direction(), PAGE);
        return add(Placement.of(operation, memory.byteSize(), constraints, limits, scatter), memory, null);
    }

    @Override
    public boolean reaches(DmaBuffer buffer) {
        return buffer instanceof SimDmaBuffer own && own.isOf(this);
    }

    private DmaBuffer add(Placement placement, MemorySegment memory, @Nullable Arena arena) {
        synchronized (state) {
            state.requireOpen();
            long length = placement.whole().length();
            if (iommu.size() + placement.chunks() > limits.maxMappings()) {
                throw new DmaMappingLimitException(Failure.during("map " + length + " bytes for DMA of " + state)
                        .because("all " + limits.maxMappings() + " mappings are used")
                        .remedy("Make fewer, larger buffers, or open the device with a larger max-mappings"));
            }
            DmaDirection direction = placement.whole().constraints().direction();
            long[] addresses = takeAddresses(placement);
            SimDmaBuffer buffer = new SimDmaBuffer(this, placement, addresses, memory, arena);
            for (int i = 0; i < addresses.length; i++) {
                long start = i * placement.chunk();
                long end = Math.min(length, start + placement.chunk());
                iommu.map(addresses[i], memory.asSlice(start, end - start), direction);
            }
            buffers.add(buffer);
            config.setCommand(PciHeader.COMMAND_MASTER, true);
            LOG.debug("{}: mapped {}", state, buffer);
            return buffer;
        }
    }

    /**
     * Takes addresses for each chunk. As the highest that fit are taken first and all chunks are alike, each lies below
     * the one before, so no two are contiguous in the order of the buffer.
     */
    private long[] takeAddresses(Placement placement) {
        long[] addresses = new long[placement.chunks()];
        int taken = 0;
        try {
            while (taken < addresses.length) {
                addresses[taken] = space.take(placement.part(), 0);
                taken++;
            }
        } catch (DmaAddressSpaceExhaustedException e) {
            for (int i = 0; i < taken; i++) {
                space.giveBack(addresses[i], placement.chunk());
            }
            throw e;
        }
        return addresses;
    }

    void requireOpen() {
        state.requireOpen();
    }

    /** Closes a buffer, unless it is closed. */
    void close(SimDmaBuffer buffer) {
        synchronized (state) {
            if (!buffers.contains(buffer)) {
                return;
            }
            LOG.debug("{}: give back {}", state, buffer);
            // Giving the memory back is what can fail; the device does not get in between, as that needs the lock.
            buffer.free();
            unmap(buffer);
            for (long address : buffer.addresses()) {
                space.giveBack(address, buffer.chunk());
            }
            buffers.remove(buffer);
        }
    }

    /**
     * Takes the device's access to all buffers away and gives their memory back.
     *
     * @throws IllegalStateException if a thread is inside a native call on the memory of a buffer; the others are
     *     closed, and the call can be repeated
     */
    void closeAll() {
        buffers.forEach(this::unmap);
        IllegalStateException inUse = null;
        for (SimDmaBuffer buffer : new ArrayList<>(buffers)) {
            try {
                close(buffer);
            } catch (IllegalStateException e) {
                inUse = e;
            }
        }
        if (inUse != null) {
            throw inUse;
        }
    }

    private void unmap(SimDmaBuffer buffer) {
        for (long address : buffer.addresses()) {
            iommu.unmap(address);
        }
    }
}
