// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/**
 * What a driver needs of a device and its backend before it attaches.
 *
 * <p>A driver uses no region and no kind of interrupt that is not here, but for the BARs that it finds by configuration space
 * where that is needed, and in attaching, closing and the operations of its
 * class of devices no capability that is not here, but for {@link Capability#RESET} where the device has it and does not come
 * to rest otherwise. An interrupt that it uses where there is one, and can do without, is a
 * kind with 0 vectors.
 *
 * @param capabilities what the backend must be able to do
 * @param regions the regions that must be there, each with its least size in bytes
 * @param interruptKinds the kinds of interrupt that the driver can use; empty where it uses none
 * @param interruptVectors how many vectors of one of these kinds it needs at the least; 0 where it needs none
 * @param dmaAddressBits how many address bits the device drives, 1 to 64: at least one usable device address must lie
 *     below 2<sup>bits</sup>; only looked at where {@link Capability#DMA} is needed
 */
public record DriverNeeds(
        Set<Capability> capabilities,
        Map<RegionId, Long> regions,
        Set<InterruptKind> interruptKinds,
        int interruptVectors,
        int dmaAddressBits) {

    /** Nothing but the device. */
    public static final DriverNeeds NONE = new DriverNeeds(Set.of(), Map.of(), Set.of(), 0, 64);

    /**
     * Copies the collections and checks the values.
     *
     * @throws IllegalArgumentException if vectors are needed of no kind, or the address bits are not 1 to 64
     */
    public DriverNeeds {
        capabilities = Set.copyOf(capabilities);
        regions = Map.copyOf(regions);
        interruptKinds = Set.copyOf(interruptKinds);
        if (interruptVectors < 0 || (interruptVectors > 0 && interruptKinds.isEmpty())) {
            throw new IllegalArgumentException(interruptVectors + " vectors are needed of the kinds " + interruptKinds);
        }
        if (dmaAddressBits < 1 || dmaAddressBits > Long.SIZE) {
            throw new IllegalArgumentException("address bits " + dmaAddressBits + " is not 1 to 64");
        }
    }

    /** Returns these needs and the capabilities, besides those that were said before. */
    public DriverNeeds withCapabilities(Capability... needed) {
        Set<Capability> all = new HashSet<>(capabilities);
        all.addAll(List.of(needed));
        return new DriverNeeds(all, regions, interruptKinds, interruptVectors, dmaAddressBits);
    }

    /**
     * Returns these needs and the regions, each with its least size in bytes, besides those that were said before. Of a
     * region that was said before the greater size is needed.
     */
    public DriverNeeds withRegions(Map<RegionId, Long> needed) {
        Map<RegionId, Long> all = new HashMap<>(regions);
        needed.forEach((id, size) -> all.merge(id, size, Math::max));
        return new DriverNeeds(capabilities, all, interruptKinds, interruptVectors, dmaAddressBits);
    }

    /**
     * Returns these needs and a number of vectors of any of the kinds, 0 where the driver can do without. Where kinds
     * were said before, the vectors can be of those, too, and the greater number is needed.
     */
    public DriverNeeds withInterrupts(int vectors, InterruptKind... kinds) {
        Set<InterruptKind> all = new HashSet<>(interruptKinds);
        all.addAll(List.of(kinds));
        return new DriverNeeds(capabilities, regions, all, Math.max(interruptVectors, vectors), dmaAddressBits);
    }

    /**
     * Returns these needs and DMA to addresses of so many bits, 1 to 64. Where bits were said before, the fewer count.
     */
    public DriverNeeds withDma(int addressBits) {
        if (addressBits > Long.SIZE) {
            throw new IllegalArgumentException("address bits " + addressBits + " is not 1 to 64");
        }
        DriverNeeds all = withCapabilities(Capability.DMA);
        return new DriverNeeds(
                all.capabilities, regions, interruptKinds, interruptVectors, Math.min(dmaAddressBits, addressBits));
    }

    /**
     * Compares the needs with what an open device has.
     *
     * @return what is missing, a phrase for each; empty when all is there
     */
    public List<String> missing(DeviceAccess device) {
        List<String> missing = new ArrayList<>();
        capabilities.stream()
                .sorted()
                .filter(c -> !device.capabilities().contains(c))
                .forEach(c -> missing.add("the capability " + c));
        regions.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(need -> {
            RegionInfo found = device.regions().stream()
                    .filter(info -> info.id().equals(need.getKey()))
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                missing.add("the region " + need.getKey());
            } else if (found.size() < need.getValue()) {
                missing.add(need.getValue() + " bytes in " + need.getKey() + ", which has " + found.size());
            }
        });
        if (interruptVectors > 0
                && device.interrupts().kinds().stream()
                        .noneMatch(
                                info -> interruptKinds.contains(info.kind()) && info.vectors() >= interruptVectors)) {
            missing.add(interruptVectors + " interrupt vectors of one of "
                    + interruptKinds.stream().sorted().toList());
        }
        if (capabilities.contains(Capability.DMA) && device.capabilities().contains(Capability.DMA)) {
            long highest = dmaAddressBits == Long.SIZE ? -1L : (1L << dmaAddressBits) - 1;
            List<AddressRange> ranges = device.dma().limits().ranges();
            if (ranges.stream().noneMatch(range -> Long.compareUnsigned(range.first(), highest) <= 0)) {
                missing.add("a device address of " + dmaAddressBits + " bits, as the backend has only " + ranges);
            }
        }
        return List.copyOf(missing);
    }
}
