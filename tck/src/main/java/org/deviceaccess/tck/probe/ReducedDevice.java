// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/** A device that has less than it has: no more than an {@link Offer}. What it lacks it refuses as a device without it does. */
public final class ReducedDevice extends ForwardingDevice {
    private static final String REMEDY = "Say in DriverProvider.needs() what the driver needs";

    private final Offer offer;

    /** Makes a device of an open one. */
    public ReducedDevice(DeviceAccess real, Offer offer) {
        super(real);
        this.offer = offer;
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.noneOf(Capability.class);
        all.addAll(offer.capabilities());
        if (offer.regions().containsKey(RegionId.CONFIG)) {
            all.add(Capability.CONFIG_SPACE);
        }
        if (offer.vectors() > 0) {
            offer.kinds().forEach(kind -> all.add(capability(kind)));
        }
        all.retainAll(super.capabilities());
        return Set.copyOf(all);
    }

    private static Capability capability(InterruptKind kind) {
        return switch (kind) {
            case INTX -> Capability.INTX;
            case MSI -> Capability.MSI;
            case MSIX -> Capability.MSIX;
            case UIO -> Capability.UIO_INTERRUPT;
        };
    }

    @Override
    public List<RegionInfo> regions() {
        return super.regions().stream()
                .filter(info -> offer.regions().containsKey(info.id()))
                .map(info -> new RegionInfo(
                        info.id(),
                        Math.min(info.size(), offer.regions().getOrDefault(info.id(), 0L)),
                        info.space(),
                        info.readable(),
                        info.writable(),
                        info.mapped(),
                        info.widths()))
                .toList();
    }

    @Override
    public Region region(RegionId id) {
        Long size = offer.regions().get(id);
        if (size == null) {
            throw new NoSuchRegionException(Failure.during("get the region " + id + " of " + address())
                    .because("the driver did not say that it needs it")
                    .remedy(REMEDY));
        }
        Region region = super.region(id);
        return region.size() <= size ? region : region.slice(0, size);
    }

    @Override
    public InterruptSupport interrupts() {
        return new LimitedInterrupts(super.interrupts());
    }

    @Override
    public DmaSupport dma() {
        require(Capability.DMA);
        return new ForwardingDma(super.dma()) {
            @Override
            public DmaLimits limits() {
                DmaLimits limits = super.limits();
                List<AddressRange> ranges = limits.ranges().stream()
                        .filter(range -> Long.compareUnsigned(range.last(), offer.lowestAddress()) >= 0)
                        .map(range -> Long.compareUnsigned(range.first(), offer.lowestAddress()) >= 0
                                ? range
                                : new AddressRange(offer.lowestAddress(), range.last()))
                        .toList();
                return new DmaLimits(
                        limits.addressKind(),
                        ranges,
                        limits.pageSizes(),
                        limits.pageSize(),
                        limits.maxMappings(),
                        limits.coherent());
            }
        };
    }

    @Override
    public void reset() {
        require(Capability.RESET);
        super.reset();
    }

    private void require(Capability capability) {
        if (!capabilities().contains(capability)) {
            throw new UnsupportedCapabilityException(Failure.during("use " + capability + " of " + address())
                    .because("the driver did not say that it needs it")
                    .remedy(REMEDY));
        }
    }

    private final class LimitedInterrupts extends ForwardingInterrupts.Support {
        LimitedInterrupts(InterruptSupport real) {
            super(real, enabled -> enabled);
        }

        @Override
        public List<InterruptInfo> kinds() {
            return super.kinds().stream()
                    .filter(info -> offer.vectors() > 0 && offer.kinds().contains(info.kind()))
                    .map(info -> new InterruptInfo(
                            info.kind(),
                            Math.min(info.vectors(), offer.vectors()),
                            info.maskable(),
                            info.autoMasked(),
                            info.triggerable()))
                    .toList();
        }

        @Override
        public Interrupts enable(InterruptKind kind, int vectors) {
            InterruptInfo info = kinds().stream()
                    .filter(offered -> offered.kind() == kind)
                    .findFirst()
                    .orElseThrow(
                            () -> new InterruptKindAbsentException(Failure.during("enable " + kind + " of " + address())
                                    .because("the driver did not say that it needs it")
                                    .remedy(REMEDY)));
            if (vectors > info.vectors()) {
                throw new InterruptVectorsException(Failure.during("enable " + vectors + " vectors of " + kind)
                        .because("the driver did not say that it needs more than " + info.vectors())
                        .remedy(REMEDY));
            }
            return super.enable(kind, vectors);
        }
    }
}
