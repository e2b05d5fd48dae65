// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;

/**
 * What a {@link ReducedDevice} has at the most.
 *
 * @param capabilities its capabilities, beside the kinds of interrupts
 * @param regions its regions, each with its length in bytes
 * @param kinds the kinds of its interrupts
 * @param vectors how many vectors each kind has; 0 for no interrupts
 * @param lowestAddress the lowest device address for DMA, unsigned
 */
public record Offer(
        Set<Capability> capabilities,
        Map<RegionId, Long> regions,
        Set<InterruptKind> kinds,
        int vectors,
        long lowestAddress) {
    // PCI Local Bus Specification 3.0, 6.2.5.1
    private static final int BARS = 6;

    /** Copies the collections. */
    public Offer {
        capabilities = Set.copyOf(capabilities);
        regions = Map.copyOf(regions);
        kinds = Set.copyOf(kinds);
    }

    /**
     * Returns exactly what a driver needs. One that needs configuration space finds there in which BARs what is, so it has
     * all of them.
     */
    public static Offer exactly(DriverNeeds needs) {
        Map<RegionId, Long> regions = new HashMap<>(needs.regions());
        if (findsRegions(needs)) {
            regions.putIfAbsent(RegionId.CONFIG, Long.MAX_VALUE);
            for (int bar = 0; bar < BARS; bar++) {
                regions.putIfAbsent(RegionId.bar(bar), Long.MAX_VALUE);
            }
        }
        return new Offer(needs.capabilities(), regions, needs.interruptKinds(), needs.interruptVectors(), 0);
    }

    /** Returns whether a driver may use regions that it does not state: the BARs that configuration space tells of. */
    public static boolean findsRegions(DriverNeeds needs) {
        return needs.capabilities().contains(Capability.CONFIG_SPACE)
                || needs.regions().containsKey(RegionId.CONFIG);
    }

    /** Returns what a driver needs but for one need, for each of them: by what is missing, in words. */
    public static Map<String, Offer> lacking(DriverNeeds needs) {
        Offer all = exactly(needs);
        Map<String, Offer> offers = new LinkedHashMap<>();
        needs.capabilities().stream().sorted().forEach(capability -> {
            Set<Capability> others = new HashSet<>(needs.capabilities());
            others.remove(capability);
            Map<RegionId, Long> regions = new HashMap<>(all.regions);
            if (capability == Capability.CONFIG_SPACE) {
                regions.remove(RegionId.CONFIG);
            }
            offers.put(capability.toString(), all.withCapabilities(others).withRegions(regions));
        });
        needs.regions().forEach((id, size) -> {
            Map<RegionId, Long> others = new HashMap<>(all.regions);
            others.remove(id);
            offers.put(id.toString(), all.withRegions(others));
            if (size > 1) {
                others.put(id, size - 1);
                offers.put("the last byte of " + id, all.withRegions(others));
            }
        });
        if (needs.interruptVectors() > 0) {
            offers.put("an interrupt", all.withVectors(needs.interruptVectors() - 1));
        }
        if (needs.capabilities().contains(Capability.DMA) && needs.dmaAddressBits() < Long.SIZE) {
            offers.put(
                    "a device address of " + needs.dmaAddressBits() + " bits",
                    new Offer(all.capabilities, all.regions, all.kinds, all.vectors, 1L << needs.dmaAddressBits()));
        }
        return offers;
    }

    private Offer withCapabilities(Set<Capability> others) {
        return new Offer(others, regions, kinds, vectors, lowestAddress);
    }

    private Offer withRegions(Map<RegionId, Long> others) {
        return new Offer(capabilities, others, kinds, vectors, lowestAddress);
    }

    private Offer withVectors(int count) {
        return new Offer(capabilities, regions, kinds, count, lowestAddress);
    }
}
