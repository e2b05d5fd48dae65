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
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.testing.FakeSysfs;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.NoIommuException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VfioLocatorTest {
    private static final Options NONE = Options.of("vfio", List.of(), Map.of());

    @TempDir
    Path directory;

    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private VfioLocator.Located locate(String locator) {
        return new VfioLocator(sysfs.bus()).locate(new DeviceAddress("vfio", locator, Map.of()), NONE);
    }

    private VfioLocator.Located locate() {
        return locate(FakeSysfs.DEVICE);
    }

    @Test
    void aBoundDeviceIsLocatedByItsGroup() {
        VfioLocator.Located located = locate();
        assertEquals("/dev/vfio/7", located.target().groupPath());
        assertEquals(FakeSysfs.DEVICE, located.target().device());
        assertEquals(
                "[" + FakeSysfs.DEVICE + " (vfio-pci)]",
                located.target().members().toString());
        assertEquals("vfio:" + FakeSysfs.DEVICE, located.address().toString());
    }

    @Test
    void theDriverOfAVendorWillDo() throws IOException {
        sysfs.driver("mlx5_vfio_pci");
        assertThrows(DeviceNotBoundException.class, this::locate);
        Files.createDirectories(sysfs.device.resolve("vfio-dev/vfio0"));
        assertEquals("/dev/vfio/7", locate().target().groupPath());
    }

    @Test
    void whatIsNotAPciAddressIsRefusedByName() {
        assertTrue(assertThrows(InvalidAddressException.class, () -> locate("nvme0"))
                .getMessage()
                .contains("'nvme0'"));
        assertThrows(DeviceNotFoundException.class, () -> locate("0000:00:11.0"));
    }

    @Test
    void anUnboundDeviceIsToldHowToBeBound() throws IOException {
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
    void withoutTheDriverBindingIsNoRemedy() throws IOException {
        Files.delete(sysfs.device.resolve("driver"));
        Files.delete(sysfs.root.resolve("bus/pci/drivers/vfio-pci"));
        assertEquals(
                RootCommands.forThisUser("modprobe vfio-pci"),
                assertThrows(KernelFeatureMissingException.class, this::locate).remedy());
    }

    @Test
    void withoutAGroupThereIsNoIommu() throws IOException {
        Files.delete(sysfs.device.resolve("iommu_group"));
        assertThrows(NoIommuException.class, this::locate);
        // Some IOMMUs put a device into its group only when it is bound.
        Files.delete(sysfs.device.resolve("driver"));
        assertThrows(DeviceNotBoundException.class, this::locate);
        Files.delete(sysfs.root.resolve("class/iommu/dmar0"));
        assertThrows(NoIommuException.class, this::locate);
    }

    @Test
    void theGroupOfTheNoIommuModeIsNone() throws IOException {
        sysfs.file(sysfs.root.resolve("kernel/iommu_groups/7"), "name", "vfio-noiommu");
        assertThrows(NoIommuException.class, this::locate);
    }

    @Test
    void garbageIsNamed() throws IOException {
        Files.delete(sysfs.device.resolve("iommu_group"));
        Files.createSymbolicLink(sysfs.device.resolve("iommu_group"), Path.of("../nonsense"));
        assertTrue(assertThrows(MalformedDeviceException.class, this::locate)
                .getMessage()
                .contains("nonsense"));
    }

    @Test
    void discoveryListsWhatCanBeReadAndSaysWhatCannot() throws IOException {
        DeviceSummary summary = new VfioLocator(sysfs.bus()).discover().getFirst();
        assertEquals("vfio:" + FakeSysfs.DEVICE, summary.address().toString());
        assertEquals("1234:11e8", String.valueOf(summary.identity().pci()));
        assertEquals(
                Map.of(DeviceSummary.KERNEL_DRIVER, "vfio-pci", DeviceSummary.IOMMU_GROUP, "7"), summary.attributes());
        sysfs.file(sysfs.device, "vendor", "what?");
        summary = new VfioLocator(sysfs.bus()).discover().getFirst();
        assertTrue(summary.description().contains("what?"), summary.description());
        Files.delete(sysfs.root.resolve("bus/pci/devices/" + FakeSysfs.DEVICE));
        assertFalse(new VfioLocator(sysfs.bus()).discover().iterator().hasNext());
    }
}
