// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.error.DeviceAccessException;

/** Looks whether DMA with physical addresses could be had. Without it devices can be opened all the same. */
public final class PhysicalMemoryFindings {
    private PhysicalMemoryFindings() {}

    /**
     * Looks at hugepages, and tries whether physical addresses can be read.
     *
     * @param libc the C library
     * @param hugepages those of the system
     */
    public static List<Finding> of(LibC libc, Hugepages hugepages) {
        List<Finding> findings = new ArrayList<>();
        findings.add(hugepages(hugepages));
        findings.add(pagemap(libc));
        return findings;
    }

    private static Finding hugepages(Hugepages hugepages) {
        String topic = "hugepages";
        List<Hugepages.Pool> pools;
        try {
            pools = hugepages.pools();
        } catch (DeviceAccessException e) {
            return unavailable(topic, e);
        }
        if (pools.isEmpty()) {
            return new Finding(
                    topic,
                    Finding.Severity.WARNING,
                    "the kernel was built without hugepages (CONFIG_HUGETLBFS), so there is no DMA without an IOMMU",
                    "Use a kernel with hugepages");
        }
        String counts = pools.stream()
                .map(pool -> pool.available() + " of " + pool.total() + " of " + pool.size() + " are free")
                .collect(Collectors.joining(", "));
        HugetlbLimit limits = HugetlbLimit.of(hugepages.sysfs());
        for (Hugepages.Pool pool : pools) {
            Optional<HugetlbLimit.Exceeded> limit = limits.exceededBy(pool.pageSize(), pool.pageSize());
            if (limit.isPresent()) {
                return new Finding(
                        topic,
                        Finding.Severity.WARNING,
                        counts + "; but " + limit.get().inWords(),
                        limit.get().raise(pool.pageSize()));
            }
        }
        boolean some = pools.stream().anyMatch(pool -> pool.available() > 0);
        return new Finding(
                topic,
                some ? Finding.Severity.OK : Finding.Severity.WARNING,
                some ? counts : counts + ", and DMA without an IOMMU needs at least one",
                some ? null : "As root: " + pools.getFirst().reserveMore(64));
    }

    private static Finding pagemap(LibC libc) {
        Pagemap pagemap = Pagemap.of(libc);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(pagemap.pageSize(), pagemap.pageSize());
            page.set(ValueLayout.JAVA_BYTE, 0, (byte) 1); // the kernel puts memory behind it now
            pagemap.runs(page.address(), pagemap.pageSize());
            return new Finding(Pagemap.PATH, Finding.Severity.OK, "physical addresses can be read", null);
        } catch (DeviceAccessException e) {
            return unavailable(Pagemap.PATH, e);
        }
    }

    private static Finding unavailable(String topic, DeviceAccessException error) {
        var verdict = Availability.Unavailable.of(error);
        return new Finding(
                topic, Finding.Severity.WARNING, "no DMA without an IOMMU: " + verdict.detail(), verdict.remedy());
    }
}
