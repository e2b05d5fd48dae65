// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.deviceaccess.drivers.edu.Completion;
import org.deviceaccess.drivers.edu.EduDevice;
import org.deviceaccess.drivers.edu.EduDriverProvider;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One program, which knows a device as {@code dev0}; which backend that is, only the configuration's file says. */
@Timeout(600)
class SwapBackendsTest {
    private static final EduDriverProvider PATIENT =
            new EduDriverProvider().withTimeout(Duration.ofSeconds(30)).withAddressBits(64);

    @TempDir
    Path directory = Path.of("");

    /** The program: a factorial, and bytes to the device and back where it does DMA. Returns what it ran on. */
    private String program() throws InterruptedException {
        Devices devices = Devices.builder()
                .properties(Map.of())
                .environment(Map.of())
                .workingDirectory(directory)
                .build();
        try (DeviceAccess device = devices.access("dev0");
                EduDevice edu = PATIENT.attach(device)) {
            assertEquals(3_628_800, edu.factorial(10, Completion.INTERRUPT));
            boolean dma = device.capabilities().contains(Capability.DMA);
            if (dma) {
                byte[] sent = new byte[1000];
                new Random(5).nextBytes(sent);
                byte[] received = new byte[sent.length];
                edu.write(16, MemorySegment.ofArray(sent), Completion.INTERRUPT);
                edu.read(16, MemorySegment.ofArray(received), Completion.INTERRUPT);
                assertEquals(-1, MemorySegment.ofArray(sent).mismatch(MemorySegment.ofArray(received)));
            }
            return device.address() + (dma ? " with DMA, " : " without DMA, ") + device.trust();
        }
    }

    private void assertRunsOn(String expected, String... configuration) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("deviceaccess.properties"), String.join("\n", configuration));
        assertEquals(expected, program());
    }

    @Test
    void betweenSimulatedDevices() throws Exception {
        assertRunsOn("sim:edu with DMA, SIMULATED", "deviceaccess.alias.dev0=sim:edu");
        assertRunsOn(
                "sim:edu?iova-bits=30 with DMA, SIMULATED",
                "deviceaccess.alias.dev0=sim:edu",
                "deviceaccess.sim.iova-bits=30");
    }

    @Test
    @Tag("guest")
    @Tag("vfio")
    void betweenSimulationAndAnIommu() throws Exception {
        assertRunsOn("sim:edu with DMA, SIMULATED", "deviceaccess.alias.dev0=sim:edu");
        assertRunsOn("vfio:0000:00:10.0 with DMA, IOMMU", "deviceaccess.alias.dev0=vfio:0000:00:10.0");
        assertRunsOn("vfio:0000:00:10.0 with DMA, IOMMU", "deviceaccess.alias.dev0=0000:00:10.0");
        assertRunsOn("uio:0000:00:15.1 without DMA, NO_DMA", "deviceaccess.alias.dev0=uio:0000:00:15.1");
    }

    @Test
    @Tag("guest")
    @Tag("noiommu")
    void betweenSimulationAndNoIommu() throws Exception {
        assertRunsOn("sim:edu with DMA, SIMULATED", "deviceaccess.alias.dev0=sim:edu");
        assertRunsOn(
                "vfio-noiommu:0000:00:10.0?unsafe=true with DMA, UNPROTECTED",
                "deviceaccess.alias.dev0=vfio-noiommu:0000:00:10.0?unsafe=true");
        assertRunsOn(
                "vfio-noiommu:0000:00:10.0?unsafe=true with DMA, UNPROTECTED",
                "deviceaccess.alias.dev0=0000:00:10.0",
                "deviceaccess.vfio-noiommu.unsafe=true");
        Guest.bind("0000:00:10.0", "uio_pci_generic");
        try {
            assertRunsOn("uio:0000:00:10.0 without DMA, NO_DMA", "deviceaccess.alias.dev0=0000:00:10.0");
            assertRunsOn(
                    "uio:0000:00:10.0?unsafe=true with DMA, UNPROTECTED",
                    "deviceaccess.alias.dev0=uio:0000:00:10.0",
                    "deviceaccess.uio.unsafe=true");
        } finally {
            Guest.bind("0000:00:10.0", "vfio-pci");
        }
    }
}
