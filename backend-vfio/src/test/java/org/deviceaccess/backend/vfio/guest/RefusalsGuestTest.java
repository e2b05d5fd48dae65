// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.deviceaccess.backend.vfio.VfioProvider;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.UnknownOptionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything that keeps a device from being opened is refused by its own error, and the remedy helps. */
@Tag("guest")
@Tag("vfio")
class RefusalsGuestTest {
    private static final String NARROW = "0000:00:11.0";

    private List<String> filesBefore = List.of();

    @BeforeEach
    void rememberFiles() throws IOException {
        open(Addresses.WIDE).close(); // whatever is loaded once is loaded now
        filesBefore = Guest.openFiles();
    }

    @AfterEach
    void nothingIsLeftOpen() throws IOException {
        assertEquals(filesBefore.size(), Guest.openFiles().size(), () -> "before: " + filesBefore);
    }

    private static DeviceAccess open(String address) {
        return Devices.open(address);
    }

    private static Availability probe(String address) {
        return new VfioProvider().probe(DeviceAddress.parse(address), Options.of("vfio", List.of(), Map.of()));
    }

    private static void assertProbed(ErrorCode reason, String address) {
        assertEquals(
                reason,
                assertInstanceOf(Availability.Unavailable.class, probe(address)).reason());
    }

    /** Runs the commands of a remedy. */
    private static void apply(DeviceAccessException error) throws IOException, InterruptedException {
        String remedy = String.valueOf(error.remedy());
        Guest.sh(remedy.replaceFirst("^As root: ", ""));
    }

    @Test
    void addressesThatNameNoDevice() {
        assertThrows(DeviceNotFoundException.class, () -> open("vfio:0000:00:1f.7"));
        assertThrows(InvalidAddressException.class, () -> open("vfio:edu"));
        assertThrows(InvalidAddressException.class, () -> open("vfio:0000:00:10.9"));
        assertThrows(UnknownOptionException.class, () -> open(Addresses.WIDE + "?mode=fast"));
        assertProbed(ErrorCode.DEVICE_NOT_FOUND, "vfio:0000:00:1f.7");
    }

    @Test
    void aDeviceWithoutDriver() throws IOException, InterruptedException {
        Guest.bind(NARROW, "");
        try {
            assertProbed(ErrorCode.DEVICE_NOT_BOUND, Addresses.NARROW);
            var error = assertThrows(DeviceNotBoundException.class, () -> open(Addresses.NARROW));
            assertTrue(error.detail().contains("no driver"), error.getMessage());
            apply(error);
            open(Addresses.NARROW).close();
        } finally {
            Guest.bind(NARROW, "vfio-pci");
        }
    }

    @Test
    void aDeviceOfAnotherDriver() throws IOException, InterruptedException {
        Guest.bind(NARROW, "uio_pci_generic");
        try {
            var error = assertThrows(DeviceNotBoundException.class, () -> open(Addresses.NARROW));
            assertTrue(error.detail().contains("uio_pci_generic"), error.getMessage());
            apply(error);
            open(Addresses.NARROW).close();
        } finally {
            Guest.bind(NARROW, "vfio-pci");
        }
    }

    @Test
    void aGroupOfWhichTheKernelUsesAMember() throws IOException, InterruptedException {
        assertProbed(ErrorCode.GROUP_NOT_VIABLE, "vfio:0000:00:15.0");
        var error = assertThrows(GroupNotViableException.class, () -> open("vfio:0000:00:15.0"));
        assertTrue(error.detail().contains("0000:00:15.0 (vfio-pci)"), error.getMessage());
        assertTrue(error.detail().contains("0000:00:15.1 (uio_pci_generic)"), error.getMessage());
        Guest.bind("0000:00:15.1", "");
        try {
            open("vfio:0000:00:15.0").close();
            assertInstanceOf(Availability.Available.class, probe("vfio:0000:00:15.0"));
        } finally {
            Guest.bind("0000:00:15.1", "uio_pci_generic");
        }
    }

    @Test
    void aDeviceThatIsOpen() {
        try (DeviceAccess first = open(Addresses.WIDE);
                DeviceAccess other = open(Addresses.NARROW)) {
            var error = assertThrows(DeviceBusyException.class, () -> open(Addresses.WIDE));
            assertTrue(String.valueOf(error.path()).startsWith("/dev/vfio/"), error.getMessage());
            assertProbed(ErrorCode.DEVICE_BUSY, Addresses.WIDE);
            assertTrue(first.isOpen() && other.isOpen());
        }
        open(Addresses.WIDE).close();
        assertInstanceOf(Availability.Available.class, probe(Addresses.WIDE));
    }

    @Test
    void aSystemWithoutTheContainer() throws IOException, InterruptedException {
        Guest.sh("mv /dev/vfio/vfio /dev/vfio/away");
        try {
            // The kernel has it, and only this process does not see it: no module is missing.
            var error = assertThrows(DeviceNotFoundException.class, () -> open(Addresses.WIDE));
            assertTrue(String.valueOf(error.remedy()).contains("mknod /dev/vfio/vfio c 10 196"), error.getMessage());
            assertProbed(ErrorCode.DEVICE_NOT_FOUND, Addresses.WIDE);
        } finally {
            Guest.sh("mv /dev/vfio/away /dev/vfio/vfio");
        }
    }

    @Test
    void aGroupWithoutFile() throws IOException, InterruptedException {
        String group = Guest.sh("readlink /sys/bus/pci/devices/" + NARROW + "/iommu_group")
                .strip();
        String node = "/dev/vfio/" + group.substring(group.lastIndexOf('/') + 1);
        Guest.sh("mv " + node + " /dev/vfio/away");
        try {
            var error = assertThrows(DeviceNotFoundException.class, () -> open(Addresses.NARROW));
            assertTrue(String.valueOf(error.remedy()).contains("--device " + node), error.getMessage());
        } finally {
            Guest.sh("mv /dev/vfio/away " + node);
        }
    }

    @Test
    void discoveryNamesEveryDevice() {
        List<DeviceSummary> found = new VfioProvider().discover();
        DeviceSummary edu = found.stream()
                .filter(summary -> summary.address().toString().equals(Addresses.WIDE))
                .findFirst()
                .orElseThrow();
        assertEquals("1234:11e8", String.valueOf(edu.identity().pci()));
        assertEquals("vfio-pci", edu.attributes().get(DeviceSummary.KERNEL_DRIVER));
        assertTrue(edu.attributes().get(DeviceSummary.IOMMU_GROUP).matches("[0-9]+"));
        assertTrue(found.size() >= 8, found::toString);
    }
}
