// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.backend.vfio.noiommu.NoIommuProvider;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.linux.testing.RestrictedProgram;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything that keeps a device from being opened is refused by its own error, and the remedy helps. */
@Tag("guest")
@Tag("noiommu")
class RefusalsGuestTest {
    private static final String NARROW = "0000:00:11.0";
    private static final Path MODE = Path.of("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode");

    private List<String> filesBefore = List.of();

    @BeforeEach
    void rememberFiles() throws IOException {
        Devices.open(Addresses.WIDE).close(); // whatever is loaded once is loaded now
        filesBefore = Guest.openFiles();
    }

    @AfterEach
    void nothingIsLeftOpen() throws IOException {
        assertEquals(filesBefore.size(), Guest.openFiles().size(), () -> "before: " + filesBefore);
    }

    private static Availability probe(String text) {
        DeviceAddress address = DeviceAddress.parse(text);
        var provider = new NoIommuProvider();
        return provider.probe(address, Options.of("vfio-noiommu", provider.options(), address.options()));
    }

    private static void assertProbed(ErrorCode reason, String address) {
        assertEquals(
                reason,
                assertInstanceOf(Availability.Unavailable.class, probe(address)).reason());
    }

    /** Runs the commands of a remedy. */
    private static void apply(DeviceAccessException error) throws IOException, InterruptedException {
        Guest.sh(String.valueOf(error.remedy()).replaceFirst("^As root: ", ""));
    }

    @Test
    void unsafeIsNotSaid() {
        String bare = "vfio-noiommu:0000:00:10.0";
        assertProbed(ErrorCode.UNSAFE_NOT_ALLOWED, bare);
        var error = assertThrows(UnsafeNotAllowedException.class, () -> Devices.open(bare));
        assertTrue(String.valueOf(error.remedy()).endsWith(Addresses.WIDE), error.getMessage());
        assertEquals(new Availability.Available(TrustLevel.UNPROTECTED), probe(Addresses.WIDE));
    }

    @Test
    void aDeviceWithoutDriver() throws IOException, InterruptedException {
        Guest.bind(NARROW, "");
        try {
            assertProbed(ErrorCode.DEVICE_NOT_BOUND, Addresses.NARROW);
            var error = assertThrows(DeviceNotBoundException.class, () -> Devices.open(Addresses.NARROW));
            assertTrue(error.detail().contains("no driver"), error.getMessage());
            apply(error);
            Devices.open(Addresses.NARROW).close();
        } finally {
            Guest.bind(NARROW, "vfio-pci");
        }
    }

    @Test
    void aDeviceOfAnotherDriver() throws IOException, InterruptedException {
        Guest.bind(NARROW, "uio_pci_generic");
        try {
            var error = assertThrows(DeviceNotBoundException.class, () -> Devices.open(Addresses.NARROW));
            assertTrue(error.detail().contains("uio_pci_generic"), error.getMessage());
            apply(error);
            Devices.open(Addresses.NARROW).close();
        } finally {
            Guest.bind(NARROW, "vfio-pci");
        }
    }

    @Test
    void theModeIsSwitchedOffBeforeTheDeviceIsBound() throws IOException, InterruptedException {
        Guest.bind(NARROW, "");
        Guest.set(MODE, "N");
        try {
            assertProbed(ErrorCode.KERNEL_FEATURE_ABSENT, Addresses.NARROW);
            var error = assertThrows(KernelFeatureMissingException.class, () -> Devices.open(Addresses.NARROW));
            assertTrue(error.detail().contains("switched off"), error.getMessage());
            apply(error);
            Devices.open(Addresses.NARROW).close();
        } finally {
            Guest.set(MODE, "Y");
            Guest.bind(NARROW, "vfio-pci");
        }
    }

    @Test
    void theModeIsSwitchedOffUnderABoundDevice() throws IOException, InterruptedException {
        Guest.set(MODE, "N");
        try {
            var error = assertThrows(KernelFeatureMissingException.class, () -> Devices.open(Addresses.WIDE));
            apply(error);
            Devices.open(Addresses.WIDE).close();
        } finally {
            Guest.set(MODE, "Y");
        }
    }

    @Test
    void theDiagnosisNamesTheMode() throws IOException {
        for (Finding finding : new NoIommuProvider().diagnose()) {
            assertEquals(Finding.Severity.OK, finding.severity(), finding.toString());
        }
        Guest.set(MODE, "N");
        try {
            List<Finding> findings = new NoIommuProvider().diagnose();
            Finding mode = findings.stream()
                    .filter(finding -> finding.severity() != Finding.Severity.OK)
                    .findFirst()
                    .orElseThrow();
            assertEquals("no-IOMMU mode", mode.topic());
            assertEquals(Finding.Severity.PROBLEM, mode.severity());
            assertTrue(String.valueOf(mode.remedy()).contains(MODE.toString()), mode.toString());
        } finally {
            Guest.set(MODE, "Y");
        }
    }

    @Test
    void aDeviceThatIsOpen() {
        try (DeviceAccess first = Devices.open(Addresses.WIDE);
                DeviceAccess other = Devices.open(Addresses.NARROW)) {
            var error = assertThrows(DeviceBusyException.class, () -> Devices.open(Addresses.WIDE));
            assertTrue(String.valueOf(error.path()).startsWith("/dev/vfio/noiommu-"), error.getMessage());
            assertProbed(ErrorCode.DEVICE_BUSY, Addresses.WIDE);
            assertTrue(first.isOpen() && other.isOpen());
        }
        Devices.open(Addresses.WIDE).close();
    }

    @Test
    void aSystemWithoutTheContainer() throws IOException, InterruptedException {
        Guest.sh("mv /dev/vfio/vfio /dev/vfio/away");
        try {
            // The kernel has it, and only this process does not see it: no module is missing.
            var error = assertThrows(DeviceNotFoundException.class, () -> Devices.open(Addresses.WIDE));
            assertTrue(String.valueOf(error.remedy()).contains("mknod /dev/vfio/vfio c 10 196"), error.getMessage());
        } finally {
            Guest.sh("mv /dev/vfio/away /dev/vfio/vfio");
        }
    }

    @Test
    void aProcessWithoutTheCapabilities() throws IOException, InterruptedException {
        String refused = RestrictedProgram.run("setpriv --bounding-set=-sys_rawio", Addresses.WIDE, 4096);
        assertTrue(refused.contains("DA-PERMISSION-DENIED"), refused);
        assertTrue(refused.contains("EPERM"), refused);
        assertTrue(refused.contains("remedy: Run as root, or give the process the capability"), refused);
        assertTrue(refused.contains("CAP_SYS_RAWIO"), refused);
        refused = RestrictedProgram.run("setpriv --bounding-set=-sys_admin", Addresses.WIDE, 4096);
        assertTrue(refused.contains("opened\n"), refused);
        assertTrue(!refused.contains("allocated"), refused);
        assertTrue(refused.contains("DA-PERMISSION-DENIED"), refused);
        assertTrue(refused.contains("CAP_SYS_ADMIN"), refused);
        assertTrue(RestrictedProgram.run("", Addresses.WIDE, 4096).endsWith("allocated all\n"));
    }
}
