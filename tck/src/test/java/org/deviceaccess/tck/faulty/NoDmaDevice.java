// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.deviceaccess.tck.probe.ForwardingInterrupts;
import org.deviceaccess.tck.probe.ForwardingRegisters;

/** A simulated device that is kept from the bus, as over UIO: without DMA and without messages. */
class NoDmaDevice extends ForwardingDevice {
    private final Map<Region, Region> configs = new HashMap<>();

    NoDmaDevice(DeviceAccess real) {
        super(real);
    }

    /** The backend with such devices, each of them changed. */
    static Supplier<DeviceAccessProvider> backend(UnaryOperator<DeviceAccess> change) {
        return () -> new ForwardingProvider(new SimProvider()) {
            @Override
            public Availability probe(DeviceAddress address, Options options) {
                Availability availability = super.probe(address, options);
                return availability instanceof Availability.Available
                        ? new Availability.Available(TrustLevel.NO_DMA)
                        : availability;
            }

            @Override
            public DeviceAccess open(DeviceAddress address, Options options) {
                return change.apply(super.open(address, options));
            }
        };
    }

    /** What serves configuration space; refuses to switch bus mastering on. */
    ForwardingRegisters config(Region config) {
        return new ForwardingRegisters(config) {
            @Override
            public void write(long offset, AccessWidth width, long value) {
                if (switchesOn(offset, value)) {
                    throw new UnsafeNotAllowedException(
                            Failure.during("switch on bus mastering").remedy("Say unsafe=true"));
                }
                super.write(offset, width, value);
            }
        };
    }

    static boolean switchesOn(long offset, long value) {
        return offset == PciHeader.COMMAND && (value & PciHeader.COMMAND_MASTER) != 0;
    }

    @Override
    public TrustLevel trust() {
        return TrustLevel.NO_DMA;
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> some = EnumSet.copyOf(super.capabilities());
        some.removeAll(Set.of(Capability.DMA, Capability.DMA_MAP, Capability.MSI, Capability.MSIX));
        return Set.copyOf(some);
    }

    @Override
    public synchronized Region region(RegionId id) {
        Region region = super.region(id);
        return id.equals(RegionId.CONFIG)
                ? configs.computeIfAbsent(region, it -> config(it).region())
                : region;
    }

    @Override
    public DmaSupport dma() {
        super.dma();
        throw new UnsupportedCapabilityException(Failure.during("use DMA").remedy("Say unsafe=true"));
    }

    @Override
    public InterruptSupport interrupts() {
        return new ForwardingInterrupts.Support(super.interrupts(), UnaryOperator.identity()) {
            @Override
            public List<InterruptInfo> kinds() {
                return super.kinds().stream()
                        .filter(info -> info.kind() == InterruptKind.INTX)
                        .toList();
            }

            @Override
            public Interrupts enable(InterruptKind kind, int vectors) {
                if (kind != InterruptKind.INTX) {
                    throw new InterruptKindAbsentException(
                            Failure.during("enable " + kind).remedy("Use INTX"));
                }
                return super.enable(kind, vectors);
            }
        };
    }
}
