// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugepagesTest {
    @TempDir
    Path root;

    private Path pool(String size, String total, String free, String reserved) throws IOException {
        Path directory = Files.createDirectories(root.resolve("kernel/mm/hugepages/hugepages-" + size));
        Files.writeString(directory.resolve("nr_hugepages"), total + "\n");
        Files.writeString(directory.resolve("free_hugepages"), free + "\n");
        Files.writeString(directory.resolve("resv_hugepages"), reserved + "\n");
        return directory;
    }

    private Hugepages hugepages() {
        return new Hugepages(new Sysfs(root));
    }

    @Test
    void sizesAscendAndReservedPagesAreNotAvailable() throws IOException {
        pool("1048576kB", "2", "1", "0");
        Path small = pool("2048kB", "64", "10", "3");
        List<Hugepages.Pool> pools = hugepages().pools();
        assertEquals(
                List.of("2 MiB", "1 GiB"),
                pools.stream().map(Hugepages.Pool::size).toList());
        assertEquals(
                List.of(2L << 20, 1L << 30),
                pools.stream().map(Hugepages.Pool::pageSize).toList());
        assertEquals(7, pools.getFirst().available());
        assertEquals(
                RootCommands.forThisUser("echo 69 > " + small + "/nr_hugepages"),
                pools.getFirst().reserveMore(5));
        pool("64kB", "0", "0", "2");
        assertEquals("64 KiB", hugepages().pools().getFirst().size());
        assertEquals(0, hugepages().pools().getFirst().available());
    }

    @Test
    void aKernelWithoutThemHasNone() {
        assertEquals(List.of(), hugepages().pools());
    }

    @Test
    void filesThatMakeNoSenseAreNamed() throws IOException {
        pool("2048kB", "many", "1", "1");
        var error =
                assertThrows(MalformedDeviceException.class, () -> hugepages().pools());
        assertTrue(String.valueOf(error.path()).endsWith("nr_hugepages"), error.getMessage());
    }

    @Test
    void theFindingsSayWhatIsMissing() throws IOException {
        var kernel = new FakeMemory(root);
        kernel.pagemapSays(FakeMemory.UNTOLD);
        List<Finding> findings = PhysicalMemoryFindings.of(kernel.libc, kernel.hugepages);
        assertEquals(Finding.Severity.WARNING, findings.getFirst().severity());
        assertTrue(String.valueOf(findings.getFirst().remedy()).contains("echo 64 > "), findings.toString());
        assertEquals(Finding.Severity.WARNING, findings.getLast().severity());
        assertTrue(String.valueOf(findings.getLast().remedy()).contains("CAP_SYS_ADMIN"), findings.toString());
        assertTrue(kernel.isUntouched());
    }
}
