// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each refusal of the no-IOMMU mode: opening and the doctor say the same, and typing the remedy makes it work. */
@Tag("guest")
@Tag("noiommu")
@Timeout(1400)
class NoIommuRefusalsTest {
    private static final String EDU = "vfio-noiommu:0000:00:10.0?unsafe=true";
    private static final String OTHER = "0000:00:11.0";
    private static final String UNSAFE_OTHER = "vfio-noiommu:" + OTHER + "?unsafe=true";
    private static final String MODE = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";
    private static final String HUGEPAGES_DIRECTORY = "/sys/kernel/mm/hugepages/hugepages-2048kB";
    private static final String HUGEPAGES = HUGEPAGES_DIRECTORY + "/nr_hugepages";

    @Test
    void unsafeWasNotSaid() {
        Refusal refusal = Refusal.of("vfio-noiommu:" + OTHER, ErrorCode.UNSAFE_NOT_ALLOWED);
        String advised = refusal.remedy().replaceFirst(".* ", "");
        assertEquals(UNSAFE_OTHER, advised);
        Devices.open(advised).close();
        var error = assertThrows(DeviceAccessException.class, () -> Devices.open(OTHER));
        assertEquals(ErrorCode.BACKEND_NONE, error.code(), "never taken unasked");
        assertTrue(error.getMessage().contains(UNSAFE_OTHER), error.getMessage());
        Devices.open(OTHER + "?unsafe=true").close();
    }

    @Test
    void aDeviceWithoutDriver() {
        Guest.bind(OTHER, "");
        try {
            Refusal.of(UNSAFE_OTHER, ErrorCode.DEVICE_NOT_BOUND).cure();
        } finally {
            Guest.bind(OTHER, "vfio-pci");
        }
    }

    @Test
    void aDeviceWithAnotherDriver() {
        Guest.bind(OTHER, "uio_pci_generic");
        try {
            Refusal.of(UNSAFE_OTHER, ErrorCode.DEVICE_NOT_BOUND).cure();
        } finally {
            Guest.bind(OTHER, "vfio-pci");
        }
    }

    @Test
    void theModeIsSwitchedOff() {
        Guest.bind(OTHER, "");
        Guest.sh("echo N > " + MODE);
        try {
            Refusal refusal = Refusal.of(UNSAFE_OTHER, ErrorCode.KERNEL_FEATURE_ABSENT);
            JsonNode finding = Refusal.finding("vfio-noiommu", doctor(), "no-IOMMU mode");
            assertEquals("PROBLEM", finding.get("severity").textValue());
            refusal.cure();
            assertEquals("Y", Guest.sh("cat " + MODE));
        } finally {
            Guest.sh("echo Y > " + MODE);
            Guest.bind(OTHER, "vfio-pci");
        }
    }

    @Test
    void noHugepagesAreFree() {
        String before = Guest.sh("cat " + HUGEPAGES);
        Guest.sh("echo 0 > " + HUGEPAGES);
        try (DeviceAccess device = Devices.open(EDU)) {
            DmaConstraints wide = DmaConstraints.addressBits(64);
            var error = assertThrows(
                    HugepagesMissingException.class, () -> device.dma().allocate(1 << 20, wide));
            assertEquals(HUGEPAGES_DIRECTORY, error.path());
            JsonNode finding = Refusal.finding("vfio-noiommu", doctor(), "hugepages");
            assertEquals("WARNING", finding.get("severity").textValue());
            Guest.sh(Refusal.commands(String.valueOf(error.remedy())));
            device.dma().allocate(1 << 20, wide).close();
            Guest.sh("echo 0 > " + HUGEPAGES);
            Guest.sh(Refusal.commands(finding.get("remedy").textValue()));
            assertEquals("64", Guest.sh("cat " + HUGEPAGES));
        } finally {
            Guest.sh("echo " + before + " > " + HUGEPAGES);
        }
    }

    @Test
    void aDeviceInUse() {
        try (DeviceAccess held = Devices.open(EDU)) {
            Refusal refusal = Refusal.of(EDU, ErrorCode.DEVICE_BUSY);
            assertEquals(
                    Long.toString(ProcessHandle.current().pid()),
                    Guest.sh(Refusal.commands(refusal.remedy()) + " 2>/dev/null"));
            assertTrue(held.isOpen());
        }
        Devices.open(EDU).close();
    }

    /** First the file's owner is in the way, then the lack of the capability that the kernel asks for besides. */
    @Test
    void anUnprivilegedUserIsToldWhatIsMissing() {
        String node =
                "/dev/vfio/noiommu-" + Guest.sh("basename $(readlink /sys/bus/pci/devices/0000:00:10.0/iommu_group)");
        try {
            Refusal byOwner = Refusal.of(Guest.NOBODY, EDU, ErrorCode.PERMISSION_DENIED);
            assertEquals("sudo chown 65534 " + node, Refusal.commands(byOwner.remedy()));
            byOwner.applyRemedy();
            Refusal byCapability = Refusal.of(Guest.NOBODY, EDU, ErrorCode.PERMISSION_DENIED);
            assertTrue(byCapability.remedy().contains("capability"), byCapability::toString);
            JsonNode doctor = Refusal.json(
                    Guest.run(Guest.NOBODY + " ./deviceaccess doctor --json").out());
            JsonNode finding = Refusal.finding("vfio-noiommu", doctor, "CAP_SYS_RAWIO");
            assertEquals("PROBLEM", finding.get("severity").textValue());
            String command = Refusal.commands(finding.get("remedy").textValue());
            assertTrue(command.endsWith(" PROGRAM"), command);
            // The guest is root's, and has no sudo.
            String asRoot = command.replaceFirst("^sudo ", "");
            Guest.sh("env HOME=/tmp " + asRoot.replace("PROGRAM", "./deviceaccess info '" + EDU + "'"));
        } finally {
            Guest.sh("chown root " + node);
        }
    }

    private static JsonNode doctor() {
        return CommandRun.of("doctor", "--json").json();
    }
}
