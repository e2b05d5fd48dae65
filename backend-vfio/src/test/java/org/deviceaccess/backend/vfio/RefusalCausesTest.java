// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.testing.FakeKernel;
import org.deviceaccess.linux.testing.FakeSysfs;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.InterruptRemappingMissingException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.NoIommuException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.error.ReservedMemoryException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One error number stands for several causes: which is stated depends on what else is known, and on nothing else. */
class RefusalCausesTest {
    private static final DeviceAddress ADDRESS = DeviceAddress.parse("vfio:" + FakeSysfs.DEVICE);
    private static final Options NONE = Options.of("vfio", List.of(), Map.of());
    private static final String JOIN = "ioctl 4"; // VFIO_GROUP_SET_CONTAINER
    private static final String SET_TYPE = "ioctl 2"; // VFIO_SET_IOMMU
    private static final String OPEN_DEVICE = "ioctl 6"; // VFIO_GROUP_GET_DEVICE_FD

    @TempDir
    Path directory;

    private final FakeKernel kernel = new FakeKernel();
    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private DeviceAccess open() {
        return new VfioProvider(new Machine(sysfs.bus(), Path.of("/dev"), ProcessStatus.self(), () -> kernel))
                .open(ADDRESS, NONE);
    }

    private <T extends DeviceAccessException> T refused(Class<T> type, String call, int answer) {
        kernel.answers.clear();
        kernel.answers.put(call, answer);
        T error = assertThrows(type, this::open, call);
        assertEquals(Map.of(), kernel.open, "open");
        assertEquals(-answer, error.errno() == null ? 0 : error.errno().number());
        return error;
    }

    private static void assertDoesNotWeaken(DeviceAccessException error) {
        assertFalse(String.valueOf(error.remedy()).contains("allow_unsafe_interrupts"), error.getMessage());
    }

    /** Before Linux 6.6 the kernel says EPERM to the second step, since then EINVAL to the first. */
    @ParameterizedTest
    @CsvSource({SET_TYPE + "," + Errnos.EPERM, SET_TYPE + "," + Errnos.EINVAL, JOIN + "," + Errnos.EINVAL})
    void memoryThatTheFirmwareReservesIsNeitherBusyNorAboutInterrupts(String call, int errno) throws IOException {
        sysfs.firmwareRange(true);
        sysfs.interruptRemapping(true);
        ReservedMemoryException error = refused(ReservedMemoryException.class, call, -errno);
        assertTrue(error.detail().contains("0x00000000bdf6e000-0x00000000bdf84fff"), error.getMessage());
        assertFalse(error.detail().contains("000e0000"), "that range is relaxable: " + error.getMessage());
        assertDoesNotWeaken(error);
    }

    @Test
    void interruptsAreToBlameOnlyWhereNothingElseIs() throws IOException {
        sysfs.firmwareRange(false);
        sysfs.interruptRemapping(false);
        InterruptRemappingMissingException error =
                refused(InterruptRemappingMissingException.class, SET_TYPE, -Errnos.EPERM);
        assertTrue(String.valueOf(error.remedy()).contains("allow_unsafe_interrupts"), error.getMessage());
    }

    @Test
    void interruptsThatAreRemappedOrAllowedAreNotToBlame() throws IOException {
        sysfs.firmwareRange(false);
        sysfs.interruptRemapping(true);
        assertDoesNotWeaken(refused(KernelCallException.class, SET_TYPE, -Errnos.EPERM));
        sysfs.interruptRemapping(false);
        sysfs.file(sysfs.directory("module/vfio_iommu_type1/parameters"), "allow_unsafe_interrupts", "Y");
        assertDoesNotWeaken(refused(KernelCallException.class, SET_TYPE, -Errnos.EPERM));
    }

    @Test
    void twoPossibleCausesAreBothStatedAndNothingIsWeakened() throws IOException {
        sysfs.firmwareRange(true);
        sysfs.interruptRemapping(false);
        KernelCallException error = refused(KernelCallException.class, SET_TYPE, -Errnos.EPERM);
        assertTrue(error.detail().contains("firmware demands"), error.getMessage());
        assertTrue(error.detail().contains("does not remap interrupts"), error.getMessage());
        assertDoesNotWeaken(error);
        // An old kernel does not tell what the firmware reserves.
        Files.delete(sysfs.root.resolve("kernel/iommu_groups/7/reserved_regions"));
        assertDoesNotWeaken(refused(KernelCallException.class, SET_TYPE, -Errnos.EPERM));
    }

    @Test
    void theKernelsLogDecidesAndIsQuoted() throws IOException {
        sysfs.firmwareRange(true);
        sysfs.interruptRemapping(false);
        String rmrr = "vfio-pci 0000:00:10.0: Device is ineligible for IOMMU domain attach due to platform RMRR"
                + " requirement.  Contact your platform vendor.";
        kernel.says.put(SET_TYPE, rmrr);
        ReservedMemoryException reserved = refused(ReservedMemoryException.class, SET_TYPE, -Errnos.EPERM);
        assertTrue(reserved.detail().endsWith("the kernel's log says: " + rmrr), reserved.getMessage());
        kernel.says.put(
                SET_TYPE, "vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param");
        refused(InterruptRemappingMissingException.class, SET_TYPE, -Errnos.EPERM);
        kernel.says.put(JOIN, "pci 0000:00:10.0: Firmware has requested this device have a 1:1 IOMMU mapping");
        Files.delete(sysfs.root.resolve("kernel/iommu_groups/7/reserved_regions"));
        refused(ReservedMemoryException.class, JOIN, -Errnos.EINVAL);
    }

    /** Another thread or process may be refused at the same time. */
    @Test
    void whatTheKernelLogsOfAnotherDeviceIsNotBelieved() throws IOException {
        sysfs.firmwareRange(false);
        sysfs.interruptRemapping(false);
        kernel.says.put(SET_TYPE, "vfio-pci 0000:03:00.0: ineligible for IOMMU domain attach due to platform RMRR");
        refused(InterruptRemappingMissingException.class, SET_TYPE, -Errnos.EPERM);
    }

    @ParameterizedTest
    @CsvSource({Errnos.EBUSY + "", Errnos.EPERM + ""})
    void aGroupThatIsClaimedNamesTheMemberThatIsUsed(int errno) throws IOException {
        DeviceBusyException somebody = refused(DeviceBusyException.class, JOIN, -errno);
        assertTrue(somebody.detail().contains("iommufd"), somebody.getMessage());
        assertDoesNotWeaken(somebody);
        Path other = sysfs.directory("devices/pci0000:00/0000:00:10.1");
        Files.createSymbolicLink(other.resolve("driver"), sysfs.directory("bus/pci/drivers/e1000e"));
        Files.createSymbolicLink(sysfs.root.resolve("kernel/iommu_groups/7/devices/0000:00:10.1"), other);
        GroupNotViableException used = refused(GroupNotViableException.class, JOIN, -errno);
        assertTrue(used.detail().contains("0000:00:10.1 (e1000e)"), used.getMessage());
    }

    @Test
    void whatNothingExplainsIsNotExplained() {
        KernelCallException error = refused(KernelCallException.class, JOIN, -Errnos.EINVAL);
        assertTrue(error.detail().contains("does not tell why"), error.getMessage());
        assertFalse(error.getMessage().contains("token"), error.getMessage());
        assertTrue(refused(KernelCallException.class, OPEN_DEVICE, -Errnos.EINVAL)
                .detail()
                .contains("could not enable"));
        assertEquals(
                Errnos.EACCES,
                refused(PermissionDeniedException.class, OPEN_DEVICE, -Errnos.EACCES)
                        .errno()
                        .number());
    }

    @Test
    void aVirtualFunctionIsToldOfItsPhysicalOne() throws IOException {
        sysfs.physicalFunction("vfio-pci");
        PermissionDeniedException error = refused(PermissionDeniedException.class, OPEN_DEVICE, -Errnos.EACCES);
        assertTrue(error.detail().contains("0000:00:0f.0 is bound to vfio-pci"), error.getMessage());
        assertTrue(error.detail().contains("token"), error.getMessage());
        assertFalse(String.valueOf(error.remedy()).contains("Close"), error.getMessage());
    }

    @Test
    void aVirtualFunctionOfTheKernelsOwnDriverNeedsNoToken() throws IOException {
        sysfs.physicalFunction("ixgbe");
        open().close();
        PermissionDeniedException error = refused(PermissionDeniedException.class, OPEN_DEVICE, -Errnos.EACCES);
        assertFalse(error.detail().contains("token"), error.getMessage());
    }

    @Test
    void aPhysicalFunctionIsToldOfItsVirtualOnes() throws IOException {
        sysfs.file(sysfs.device, "sriov_numvfs", "3");
        open().close();
        PermissionDeniedException error = refused(PermissionDeniedException.class, OPEN_DEVICE, -Errnos.EACCES);
        assertTrue(error.detail().contains("3 virtual functions"), error.getMessage());
    }

    @Test
    void aBarWithoutAddressIsNamedNotSilentlyMissing() throws IOException {
        sysfs.unplacedBar();
        KernelCallException refused = refused(KernelCallException.class, OPEN_DEVICE, -Errnos.EINVAL);
        assertTrue(refused.detail().contains("BAR2 (17179869184 bytes)"), refused.getMessage());
        kernel.answers.clear();
        try (DeviceAccess device = open()) {
            NoSuchRegionException error =
                    assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.bar(2)));
            assertTrue(error.detail().contains("found addresses"), error.getMessage());
            assertFalse(assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.bar(3)))
                    .detail()
                    .contains("found addresses"));
        }
    }

    @Test
    void aContainerIsToldApartFromAModuleThatIsNotLoaded() throws IOException {
        String node = "open /dev/vfio/vfio";
        KernelFeatureMissingException notLoaded = refused(KernelFeatureMissingException.class, node, -Errnos.ENOENT);
        assertTrue(notLoaded.detail().contains("not loaded"), notLoaded.getMessage());
        sysfs.directory("class/vfio-dev/vfio0");
        KernelFeatureMissingException noGroups = refused(KernelFeatureMissingException.class, node, -Errnos.ENOENT);
        assertTrue(noGroups.detail().contains("CONFIG_VFIO_CONTAINER"), noGroups.getMessage());
        sysfs.file(sysfs.directory("class/misc/vfio"), "dev", "10:196");
        DeviceNotFoundException hidden = refused(DeviceNotFoundException.class, node, -Errnos.ENOENT);
        assertTrue(hidden.detail().contains("a container"), hidden.getMessage());
        assertTrue(String.valueOf(hidden.remedy()).endsWith("mknod /dev/vfio/vfio c 10 196"), hidden.getMessage());
    }

    @Test
    void aGroupThatThisProcessDoesNotSeeIsToldApartFromNone() throws IOException {
        String node = "open " + FakeKernel.GROUP;
        sysfs.directory("class/vfio-dev/vfio0");
        KernelFeatureMissingException noGroups = refused(KernelFeatureMissingException.class, node, -Errnos.ENOENT);
        assertTrue(noGroups.detail().contains("CONFIG_VFIO_GROUP"), noGroups.getMessage());
        sysfs.directory("class/vfio");
        refused(DeviceNotBoundException.class, node, -Errnos.ENOENT);
        sysfs.file(sysfs.directory("class/vfio/7"), "dev", "245:0");
        DeviceNotFoundException hidden = refused(DeviceNotFoundException.class, node, -Errnos.ENOENT);
        assertTrue(String.valueOf(hidden.remedy()).contains("--device /dev/vfio/7"), hidden.getMessage());
    }

    @Test
    void whereTheKernelUsesAnIommuItIsNotToBeTurnedOn() throws IOException {
        Files.delete(sysfs.device.resolve("iommu_group"));
        NoIommuException error = assertThrows(NoIommuException.class, this::open);
        assertTrue(error.detail().contains("in no group of it"), error.getMessage());
        assertFalse(String.valueOf(error.remedy()).contains("intel_iommu=on"), error.getMessage());
    }
}
