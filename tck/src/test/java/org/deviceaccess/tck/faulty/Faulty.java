// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.deviceaccess.tck.probe.ForwardingInterrupts;
import org.deviceaccess.tck.probe.ForwardingRegisters;

/** Ways to put one fault into the simulated backend. */
final class Faulty {
    private Faulty() {}

    /** The backend with its provider changed. */
    static Supplier<DeviceAccessProvider> provider(Function<DeviceAccessProvider, DeviceAccessProvider> change) {
        return () -> change.apply(new SimProvider());
    }

    /** The backend with each of its devices changed. */
    static Supplier<DeviceAccessProvider> device(UnaryOperator<DeviceAccess> change) {
        return provider(real -> new ForwardingProvider(real) {
            @Override
            public DeviceAccess open(DeviceAddress address, Options options) {
                return change.apply(real.open(address, options));
            }
        });
    }

    /** The backend with one region of its devices changed. */
    static Supplier<DeviceAccessProvider> region(RegionId which, Function<Region, ForwardingRegisters> change) {
        return device(opened -> new ForwardingDevice(opened) {
            private final Map<Region, Region> changed = new HashMap<>();

            @Override
            public synchronized Region region(RegionId id) {
                Region region = super.region(id);
                return id.equals(which)
                        ? changed.computeIfAbsent(region, r -> change.apply(r).region())
                        : region;
            }
        });
    }

    /** The backend with BAR0 changed. */
    static Supplier<DeviceAccessProvider> bar0(Function<Region, ForwardingRegisters> change) {
        return region(RegionId.BAR0, change);
    }

    /** The backend with what enables interrupts changed. */
    static Supplier<DeviceAccessProvider> interruptSupport(UnaryOperator<InterruptSupport> change) {
        return device(opened -> new ForwardingDevice(opened) {
            private final Map<InterruptSupport, InterruptSupport> changed = new HashMap<>();

            @Override
            public synchronized InterruptSupport interrupts() {
                return changed.computeIfAbsent(super.interrupts(), change);
            }
        });
    }

    /** The backend with its enabled interrupts changed. */
    static Supplier<DeviceAccessProvider> interrupts(UnaryOperator<Interrupts> change) {
        return interruptSupport(support -> new ForwardingInterrupts.Support(support, change));
    }

    /** The backend with its vectors changed. */
    static Supplier<DeviceAccessProvider> vector(UnaryOperator<InterruptVector> change) {
        return interrupts(enabled -> new ForwardingInterrupts(enabled, change));
    }

    /** The backend with its DMA changed. */
    static Supplier<DeviceAccessProvider> dma(UnaryOperator<DmaSupport> change) {
        return device(opened -> new ForwardingDevice(opened) {
            private final Map<DmaSupport, DmaSupport> changed = new HashMap<>();

            @Override
            public synchronized DmaSupport dma() {
                return changed.computeIfAbsent(super.dma(), change);
            }
        });
    }
}
