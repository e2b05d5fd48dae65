// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.linux.memory.LentBuffers;
import org.deviceaccess.linux.memory.MemoryMapper;
import org.deviceaccess.linux.memory.PinningLimit;
import org.deviceaccess.linux.pci.BusMaster;
import org.deviceaccess.linux.vfio.VfioContainer;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.CallerMemory;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.iova.IovaPlan;
import org.deviceaccess.spi.iova.IovaSpace;
import org.jspecify.annotations.Nullable;

/** DMA behind an IOMMU: memory is reachable for the device while it is mapped in its container, and no longer. */
final class IommuDma implements DmaSupport, DmaPart {
    private final LibC libc;
    private final MemoryMapper mapper;
    private final VfioContainer container;
    private final BusMaster busMaster;
    private final DmaLimits limits;
    private final IovaSpace space;
    private final LentBuffers buffers = new LentBuffers();

    IommuDma(LibC libc, VfioContainer container, BusMaster busMaster) {
        this.libc = libc;
        this.mapper = new MemoryMapper(libc);
        this.container = container;
        this.busMaster = busMaster;
        this.limits = IommuLimits.of(container.iommuInfo(), mapper.pageSize());
        this.space = new IovaSpace(limits.ranges());
    }

    @Override
    public TrustLevel trust() {
        return TrustLevel.IOMMU;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.DMA, Capability.DMA_MAP);
    }

    @Override
    public DmaSupport support() {
        return this;
    }

    @Override
    public DmaLimits limits() {
        return limits;
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the buffer closes the arena
    public DmaBuffer allocate(long size, DmaConstraints constraints) {
        String operation = "allocate " + size + " bytes for DMA";
        IovaPlan plan = IovaPlan.of(operation, size, constraints, limits);
        return buffers.make(operation, () -> {
            IommuMapping mapping = reserve(plan, 0);
            Arena arena = Arena.ofShared();
            try {
                // From here on the arena takes the mapping away before it gives the memory back.
                MemorySegment pages = mapper.allocate(plan.length(), limits.pageSize(), arena, mapping::takeAway);
                return connect(operation, plan, mapping, pages, pages.asSlice(0, size), arena);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, arena::close, mapping::takeAway);
            }
        });
    }

    @Override
    public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
        String operation = "map " + memory.byteSize() + " bytes for DMA";
        CallerMemory.check(operation, memory, constraints.direction(), limits.pageSize());
        IovaPlan plan = IovaPlan.of(operation, memory.byteSize(), constraints, limits);
        return buffers.make(operation, () -> {
            IommuMapping mapping = reserve(plan, memory.address());
            try {
                return connect(operation, plan, mapping, memory, memory, null);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, mapping::takeAway);
            }
        });
    }

    private IommuMapping reserve(IovaPlan plan, long memory) {
        return new IommuMapping(container, space, space.take(plan, memory), plan.length());
    }

    private IommuBuffer connect(
            String operation,
            IovaPlan plan,
            IommuMapping mapping,
            MemorySegment pages,
            MemorySegment visible,
            @Nullable Arena arena) {
        busMaster.enable();
        int result = mapping.map(plan.constraints().direction(), pages.address());
        if (result < 0) {
            throw refused(result, operation, pages);
        }
        return new IommuBuffer(buffers, mapping, plan, visible, arena);
    }

    private DeviceAccessException refused(int result, String operation, MemorySegment pages) {
        Failure failure = Failure.during(operation + " (VFIO_IOMMU_MAP_DMA)").path(VfioContainer.PATH);
        return switch (-result) {
            case Errnos.ENOMEM -> PinningLimit.explain(libc, failure, -result, pages.byteSize());
            case Errnos.ENOSPC ->
                new DmaMappingLimitException(failure.because("the kernel allows no more than " + limits.maxMappings()
                                + " mappings at a time, and " + buffers.count() + " are in use")
                        .errno(Errnos.of(-result))
                        .remedy("Make fewer and larger buffers, or raise the limit for devices"
                                + " that are opened from then on, as root: "
                                + RootCommands.forThisUser("echo " + 2 * limits.maxMappings()
                                        + " > /sys/module/vfio_iommu_type1/parameters/dma_entry_limit")));
            case Errnos.EFAULT ->
                new DmaMemoryException(failure.because("the memory at address 0x" + Long.toHexString(pages.address())
                                + " cannot be pinned: it is not mapped, not writable, or of a file that does not"
                                + " allow it")
                        .errno(Errnos.of(-result))
                        .remedy("Use anonymous memory: DmaSupport.allocate, or Arena.allocate"));
            default -> KernelErrors.of(result, failure);
        };
    }

    @Override
    public boolean reaches(DmaBuffer buffer) {
        return buffers.made(buffer);
    }

    @Override
    public void close() {
        buffers.close();
    }
}
