// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/**
 * What can be chosen for each simulated device, whatever its model.
 *
 * @param latencyNanos how long the device takes for what it does by itself
 * @param addressBits how many bits an address of the IOMMU has, 13 to 62
 * @param maxMappings how many mappings the IOMMU has
 * @param scatter whether buffers are in pieces where their constraints allow it
 */
record SimOptions(long latencyNanos, int addressBits, long maxMappings, boolean scatter) {
    private static final OptionKey<Long> LATENCY = OptionKey.number(
            "latency",
            "How many microseconds the device takes for what it does by itself, such as a computation or a transfer.",
            0,
            60_000_000,
            100);
    private static final OptionKey<Long> IOVA_BITS =
            OptionKey.number("iova-bits", "How many bits a device address behind the simulated IOMMU has.", 13, 62, 39);
    private static final OptionKey<Long> MAX_MAPPINGS = OptionKey.number(
            "max-mappings", "How many DMA mappings the simulated IOMMU has.", 1, Integer.MAX_VALUE, 65_535);
    private static final OptionKey<Boolean> SCATTER = OptionKey.flag(
            "scatter",
            "Whether a DMA buffer that may have several segments gets them: pages that are not contiguous for the device.",
            false);

    static final List<OptionKey<?>> KEYS = List.of(LATENCY, IOVA_BITS, MAX_MAPPINGS, SCATTER);

    static SimOptions of(Options options) {
        return new SimOptions(
                TimeUnit.MICROSECONDS.toNanos(options.get(LATENCY)),
                Math.toIntExact(options.get(IOVA_BITS)),
                options.get(MAX_MAPPINGS),
                options.get(SCATTER));
    }
}
