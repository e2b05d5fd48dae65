// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deviceaccess.backend.uio.UioProvider;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.UnknownOptionException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything that keeps a device from being opened is refused by its own error, and the remedy helps. */
@Tag("guest")
@Tag("uio")
class RefusalsGuestTest {
    private static final String EDU = "uio:0000:00:10.0";
    private static final String OTHER = "0000:00:11.0";

    private static Availability probe(String address) {
        return new UioProvider().probe(DeviceAddress.parse(address), Options.of("uio", List.of(), Map.of()));
    }

    private static void assertProbed(ErrorCode reason, String address) {
        assertEquals(
                reason,
                assertInstanceOf(Availability.Unavailable.class, probe(address)).reason());
    }

    @Test
    void addressesThatNameNoDevice() {
        assertThrows(DeviceNotFoundException.class, () -> Devices.open("uio:0000:00:1f.7"));
        assertThrows(DeviceNotFoundException.class, () -> Devices.open("uio:uio99"));
        assertThrows(InvalidAddressException.class, () -> Devices.open("uio:edu"));
        assertThrows(UnknownOptionException.class, () -> Devices.open(EDU + "?mode=fast"));
        assertProbed(ErrorCode.DEVICE_NOT_FOUND, "uio:uio99");
    }

    @Test
    void aDeviceThatIsNotBound() throws IOException, InterruptedException {
        for (String driver : List.of("", "vfio-pci")) {
            if (driver.isEmpty()) {
                Guest.bind(OTHER, "");
            } else {
                // Without an IOMMU vfio-pci takes a device in its no-IOMMU mode only; nothing else here takes an edu.
                Guest.sh("echo Y > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
                Guest.bind(OTHER, driver);
            }
            try {
                assertProbed(ErrorCode.DEVICE_NOT_BOUND, "uio:" + OTHER);
                var error = assertThrows(DeviceNotBoundException.class, () -> Devices.open("uio:" + OTHER));
                assertTrue(error.detail().contains(driver.isEmpty() ? "no driver" : driver), error.getMessage());
                apply(error);
                Devices.open("uio:" + OTHER).close();
            } finally {
                Guest.bind(OTHER, "uio_pci_generic");
            }
        }
    }

    /** Runs the commands of a remedy. */
    private static void apply(DeviceAccessException error) throws IOException, InterruptedException {
        Guest.sh(String.valueOf(error.remedy()).replaceFirst("^As root: ", ""));
    }

    @Test
    void aSecondOpeningIsRefusedAndHarmsNothing() {
        try (Edu first = Edu.open(EDU + "?unsafe=true")) {
            Region config = first.device().region(RegionId.CONFIG);
            config.write16(PciHeader.COMMAND, config.read16(PciHeader.COMMAND) | PciHeader.COMMAND_MASTER);
            var error = assertThrows(DeviceBusyException.class, () -> Devices.open(EDU));
            assertTrue(
                    error.detail()
                            .contains("this process, " + ProcessHandle.current().pid()),
                    error.getMessage());
            assertProbed(ErrorCode.DEVICE_BUSY, EDU);
            assertEquals(Edu.ID, first.bar().read32(0));
            assertEquals(
                    PciHeader.COMMAND_MASTER,
                    config.read16(PciHeader.COMMAND) & PciHeader.COMMAND_MASTER,
                    "the kernel switches bus mastering off when somebody closes the device's file");
        }
        assertInstanceOf(Availability.Available.class, probe(EDU));
    }

    @Test
    void anotherProcessIsNamed() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process holder = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HoldingProgram.class.getName(),
                        EDU)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = holder.inputReader()) {
            assertEquals("open", output.readLine());
            var error = assertThrows(DeviceBusyException.class, () -> Devices.open(EDU));
            assertTrue(error.detail().contains("process " + holder.pid() + " (java)"), error.getMessage());
            assertEquals("/dev/" + uioName(), error.path());
            holder.getOutputStream().close();
            assertEquals("closed", output.readLine());
        } finally {
            holder.destroyForcibly();
            holder.waitFor();
        }
        Devices.open(EDU).close();
    }

    @Test
    void whoeverDoesNotLockIsSeenAllTheSame() throws IOException, InterruptedException {
        Process other = new ProcessBuilder("sleep", "60")
                .redirectInput(Path.of("/dev/" + uioName()).toFile())
                .start();
        try {
            var error = assertThrows(DeviceBusyException.class, () -> Devices.open(EDU));
            assertTrue(error.detail().contains("process " + other.pid() + " (sleep)"), error.getMessage());
        } finally {
            other.destroyForcibly();
            other.waitFor();
        }
        Devices.open(EDU).close();
    }

    @Test
    void aDeviceWithoutFile() throws IOException, InterruptedException {
        String node = "/dev/" + uioName();
        Guest.sh("mv " + node + " /dev/away");
        try {
            var error = assertThrows(DeviceNotFoundException.class, () -> Devices.open(EDU));
            Guest.sh(String.valueOf(error.remedy()).replaceFirst("^As root: ([^;]*);.*", "$1"));
            Devices.open(EDU).close();
        } finally {
            Guest.sh("mv /dev/away " + node);
        }
    }

    private static String uioName() throws IOException, InterruptedException {
        return Guest.sh("ls /sys/bus/pci/devices/0000:00:10.0/uio").strip();
    }

    @Test
    void discoveryAndDiagnosisNameEveryDevice() {
        List<DeviceSummary> found = new UioProvider().discover();
        assertEquals(11, found.size(), found::toString);
        DeviceSummary edu = found.stream()
                .filter(summary -> summary.address().toString().equals(EDU))
                .findFirst()
                .orElseThrow();
        assertEquals("1234:11e8", String.valueOf(edu.identity().pci()));
        assertEquals("uio_pci_generic", edu.attributes().get(DeviceSummary.KERNEL_DRIVER));
        List<Finding> findings = new UioProvider().diagnose();
        assertTrue(
                findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.PROBLEM),
                findings::toString);
        assertEquals(
                found.size(),
                findings.stream()
                        .filter(finding -> finding.topic().startsWith("/dev/uio"))
                        .count());
    }
}
