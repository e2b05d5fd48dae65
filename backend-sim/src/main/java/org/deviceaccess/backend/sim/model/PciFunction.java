// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;

/**
 * What a function looks like from the bus; its configuration space is made from it.
 *
 * @param id what it says it is
 * @param bars its base address registers by number
 * @param intx whether it has an INTx line
 * @param msiVectors how many MSI vectors it has: 0 for no MSI, or 1, 2, 4, 8, 16 or 32
 * @param msixVectors how many MSI-X vectors it has, 0 to 2048
 * @param capabilities further capabilities, read-only, in the order of the list; with PCI Express the function can be reset
 *     by a write to Device Control if it says that it can
 */
public record PciFunction(
        PciId id,
        Map<Integer, Bar> bars,
        boolean intx,
        int msiVectors,
        int msixVectors,
        List<CapabilityBody> capabilities) {
    private static final int MSI_MOST = 32;
    private static final int MSIX_MOST = 2048;
    private static final int BARS = 6;

    /**
     * A base address register.
     *
     * @param size its length in bytes, a power of two from 16 to 2<sup>31</sup>
     * @param space memory or I/O space
     * @param widths the widths of access that the device answers
     */
    public record Bar(long size, AddressSpace space, Set<AccessWidth> widths) {
        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if the size is no power of two in its bounds, or no width is given
         */
        public Bar {
            if (size < 16 || size > 1L << 31 || Long.bitCount(size) != 1) {
                throw new IllegalArgumentException("a BAR cannot have the size " + size);
            }
            if (space == AddressSpace.CONFIGURATION || widths.isEmpty()) {
                throw new IllegalArgumentException("a BAR cannot lie in " + space + " with the widths " + widths);
            }
            widths = Set.copyOf(widths);
        }
    }

    /**
     * A capability beyond MSI and MSI-X.
     *
     * @param id its id, 8 bits
     * @param body what follows the id and the link, in hexadecimal, two digits for each byte
     */
    public record CapabilityBody(int id, String body) {}

    /**
     * Copies the collections and checks the values.
     *
     * @throws IllegalArgumentException if the number of a BAR or of vectors is out of range
     */
    public PciFunction {
        bars = Map.copyOf(bars);
        capabilities = List.copyOf(capabilities);
        if (!bars.keySet().stream().allMatch(bar -> bar >= 0 && bar < BARS)) {
            throw new IllegalArgumentException("the BARs " + bars.keySet() + " are not 0 to 5");
        }
        if (msiVectors != 0 && (msiVectors < 0 || msiVectors > MSI_MOST || Integer.bitCount(msiVectors) != 1)) {
            throw new IllegalArgumentException(msiVectors + " MSI vectors are not 0 or a power of two up to 32");
        }
        if (msixVectors < 0 || msixVectors > MSIX_MOST) {
            throw new IllegalArgumentException(msixVectors + " MSI-X vectors are not 0 to 2048");
        }
    }

    /** Returns a function without BARs, interrupts and capabilities. */
    public static PciFunction of(PciId id) {
        return new PciFunction(id, Map.of(), false, 0, 0, List.of());
    }

    /** Returns this function with a BAR in memory space. */
    public PciFunction withMemory(int bar, long size, AccessWidth... widths) {
        return withBar(bar, new Bar(size, AddressSpace.MEMORY, Set.of(widths)));
    }

    /** Returns this function with a BAR in I/O space. */
    public PciFunction withPorts(int bar, long size, AccessWidth... widths) {
        return withBar(bar, new Bar(size, AddressSpace.IO, Set.of(widths)));
    }

    /** Returns this function with an INTx line. */
    public PciFunction withIntx() {
        return new PciFunction(id, bars, true, msiVectors, msixVectors, capabilities);
    }

    /** Returns this function with so many MSI vectors. */
    public PciFunction withMsi(int vectors) {
        return new PciFunction(id, bars, intx, vectors, msixVectors, capabilities);
    }

    /** Returns this function with so many MSI-X vectors. */
    public PciFunction withMsix(int vectors) {
        return new PciFunction(id, bars, intx, msiVectors, vectors, capabilities);
    }

    /** Returns this function with one more read-only capability. */
    public PciFunction withCapability(int capability, String body) {
        List<CapabilityBody> all = new ArrayList<>(capabilities);
        all.add(new CapabilityBody(capability, body));
        return new PciFunction(id, bars, intx, msiVectors, msixVectors, all);
    }

    private PciFunction withBar(int bar, Bar what) {
        Map<Integer, Bar> all = new TreeMap<>(bars);
        all.put(bar, what);
        return new PciFunction(id, all, intx, msiVectors, msixVectors, capabilities);
    }
}
