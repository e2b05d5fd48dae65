// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.linux.testing.FakeKernel;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor says of hugepages on a machine with 8 of 2 MiB and 1 of 1 GiB. */
class HugepagesFindingTest {
    @TempDir
    Path sysfs = Path.of("");

    @BeforeEach
    void hugepages() throws IOException {
        pool("2048kB", 8);
        pool("1048576kB", 1);
    }

    private void pool(String size, int pages) throws IOException {
        Path pool = Files.createDirectories(sysfs.resolve("kernel/mm/hugepages/hugepages-" + size));
        Files.writeString(pool.resolve("nr_hugepages"), pages + "\n");
        Files.writeString(pool.resolve("free_hugepages"), pages + "\n");
        Files.writeString(pool.resolve("resv_hugepages"), "0\n");
    }

    private Finding finding() {
        return PhysicalMemoryFindings.of(new FakeKernel(), new Hugepages(new Sysfs(sysfs)))
                .getFirst();
    }

    @Test
    void freePagesWithoutAnyLimitAreFine() {
        Finding finding = finding();
        assertEquals(Severity.OK, finding.severity(), finding::toString);
        assertTrue(finding.detail().contains("8 of 8 of 2 MiB are free"), finding.detail());
    }

    @ParameterizedTest
    @CsvSource({"2MB,2097152", "1GB,1073741824"})
    void aLimitOfTheControlGroupIsNamedAndRaisedByAPageOfItsSize(String size, long bytes) throws IOException {
        // Whichever version of control groups this process is in.
        for (String root : List.of("fs/cgroup", "fs/cgroup/hugetlb")) {
            Path group = Files.createDirectories(sysfs.resolve(root));
            Files.writeString(group.resolve("hugetlb." + size + ".current"), "4096\n");
            Files.writeString(group.resolve("hugetlb." + size + ".max"), "4096\n");
        }
        Finding finding = finding();
        assertEquals(Severity.WARNING, finding.severity(), finding::toString);
        assertTrue(finding.detail().contains("8 of 8 of 2 MiB are free"), finding.detail());
        assertTrue(finding.detail().contains("control group, " + sysfs.resolve("fs/cgroup")), finding.detail());
        String remedy = String.valueOf(finding.remedy());
        assertTrue(remedy.contains("echo " + (4096 + bytes) + " > " + sysfs), remedy);
        assertTrue(remedy.contains("/hugetlb." + size + ".max"), remedy);
    }
}
