// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.testing.FakeSysfs;
import org.deviceaccess.linux.vfio.IommuType;
import org.deviceaccess.linux.vfio.VfioFunctions;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.IommuPresentException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoIommuLocatorTest {
    private static final Map<String, String> UNSAFE = Map.of("unsafe", "true");

    @TempDir
    Path directory;

    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
        sysfs.withoutIommu();
    }

    private NoIommuLocator.Located locate(String locator, Map<String, String> options) {
        return new NoIommuLocator(new VfioFunctions(sysfs.bus(), "vfio-noiommu"))
                .locate(
                        new DeviceAddress("vfio-noiommu", locator, options),
                        Options.of("vfio-noiommu", new NoIommuProvider().options(), options));
    }

    private NoIommuLocator.Located locate() {
        return locate(FakeSysfs.DEVICE, UNSAFE);
    }

    /** Takes the device's group away, as it is when the device was not bound in no-IOMMU mode. */
    private void withoutGroup() throws IOException {
        Files.delete(sysfs.device.resolve("iommu_group"));
    }

    @Test
    void aBoundDeviceIsLocatedByTheGroupThatTheKernelMadeUp() {
        NoIommuLocator.Located located = locate();
        assertEquals("/dev/vfio/noiommu-7", located.target().groupPath());
        assertEquals(IommuType.NOIOMMU, located.target().type());
        assertEquals(FakeSysfs.DEVICE, located.target().device());
        assertEquals(
                "vfio-noiommu:" + FakeSysfs.DEVICE + "?unsafe=true",
                located.address().toString());
    }

    @Test
    void aDeviceBehindAnIommuIsRefusedWhateverIsSaid() throws IOException {
        Files.delete(sysfs.root.resolve("kernel/iommu_groups/7/name"));
        for (Map<String, String> options : List.of(UNSAFE, Map.<String, String>of())) {
            var error = assertThrows(IommuPresentException.class, () -> locate(FakeSysfs.DEVICE, options));
            assertEquals("Open it as vfio:" + FakeSysfs.DEVICE, error.remedy());
        }
        sysfs.file(sysfs.root.resolve("kernel/iommu_groups/7"), "name", "some other name");
        assertThrows(IommuPresentException.class, this::locate);
    }

    @Test
    void unsafeMustBeSaid() {
        for (Map<String, String> options : List.of(Map.<String, String>of(), Map.of("unsafe", "false"))) {
            var error = assertThrows(UnsafeNotAllowedException.class, () -> locate(FakeSysfs.DEVICE, options));
            assertTrue(
                    String.valueOf(error.remedy()).endsWith("vfio-noiommu:0000:00:10.0?unsafe=true"),
                    error.getMessage());
        }
    }

    @Test
    void anUnboundDeviceIsToldHowToBeBound() throws IOException {
        withoutGroup();
        Files.delete(sysfs.device.resolve("driver"));
        var error = assertThrows(DeviceNotBoundException.class, this::locate);
        assertEquals(
                "As root: "
                        + RootCommands.forThisUser("echo vfio-pci > /sys/bus/pci/devices/0000:00:10.0/driver_override;"
                                + " echo 0000:00:10.0 > /sys/bus/pci/drivers_probe"),
                error.remedy());
        sysfs.driver("e1000e");
        error = assertThrows(DeviceNotBoundException.class, this::locate);
        assertTrue(error.detail().contains("e1000e"), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("/driver/unbind; "), error.getMessage());
    }

    @Test
    void aDeviceThatWasBoundTooEarlyIsToldToBeBoundAgain() throws IOException {
        withoutGroup();
        var error = assertThrows(DeviceNotBoundException.class, this::locate);
        assertTrue(error.detail().contains("before the no-IOMMU mode"), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("/driver/unbind; "), error.getMessage());
    }

    @Test
    void theModeComesBeforeTheDriver() throws IOException {
        withoutGroup();
        Files.delete(sysfs.device.resolve("driver"));
        sysfs.noIommuMode("N");
        var error = assertThrows(KernelFeatureMissingException.class, this::locate);
        assertTrue(error.detail().contains("switched off"), error.getMessage());
        assertEquals(
                "As root: "
                        + RootCommands.forThisUser(
                                "echo Y > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode; echo"
                                        + " vfio-pci > /sys/bus/pci/devices/0000:00:10.0/driver_override; echo 0000:00:10.0 >"
                                        + " /sys/bus/pci/drivers_probe"),
                error.remedy());
        Files.delete(sysfs.root.resolve("module/vfio/parameters/enable_unsafe_noiommu_mode"));
        error = assertThrows(KernelFeatureMissingException.class, this::locate);
        assertTrue(error.detail().contains("CONFIG_VFIO_NOIOMMU"), error.getMessage());
        Files.delete(sysfs.root.resolve("module/vfio/parameters"));
        Files.delete(sysfs.root.resolve("module/vfio"));
        error = assertThrows(KernelFeatureMissingException.class, this::locate);
        assertEquals(
                "As root: " + RootCommands.forThisUser("modprobe vfio enable_unsafe_noiommu_mode=1; modprobe vfio-pci"),
                error.remedy());
    }

    @Test
    void withoutTheDriverBindingIsNoRemedy() throws IOException {
        withoutGroup();
        Files.delete(sysfs.device.resolve("driver"));
        Files.delete(sysfs.root.resolve("bus/pci/drivers/vfio-pci"));
        assertEquals(
                RootCommands.forThisUser("modprobe vfio-pci"),
                assertThrows(KernelFeatureMissingException.class, this::locate).remedy());
    }

    @Test
    void whatIsNoDeviceIsRefusedByName() {
        assertTrue(assertThrows(InvalidAddressException.class, () -> locate("nvme0", UNSAFE))
                .getMessage()
                .contains("'nvme0'"));
        assertThrows(DeviceNotFoundException.class, () -> locate("0000:00:11.0", UNSAFE));
    }
}
