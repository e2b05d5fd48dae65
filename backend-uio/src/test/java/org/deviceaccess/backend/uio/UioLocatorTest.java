// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

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
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UioLocatorTest {
    @TempDir
    Path directory;

    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private UioDevice locate(String locator) {
        return locator().locate(new DeviceAddress("uio", locator, Map.of()));
    }

    private UioLocator locator() {
        return new UioLocator(sysfs.bus());
    }

    @Test
    void aPciDeviceIsFoundByItsAddressAndByItsName() {
        for (String locator : List.of(FakeSysfs.PCI, "uio3")) {
            UioDevice device = locate(locator);
            assertEquals("/dev/uio3", device.node());
            assertEquals("1234:11e8", String.valueOf(device.identity().pci()));
            assertEquals(FakeSysfs.PCI, device.identity().name());
            assertEquals(FakeSysfs.PCI, locator().canonical(device));
        }
    }

    @Test
    void anotherDeviceIsFoundByItsName() {
        UioDevice device = locate("uio12");
        assertEquals("uio12", locator().canonical(device));
        assertEquals("uio12", device.identity().name());
        assertEquals(null, device.identity().pci());
        assertEquals(-1, device.identity().numaNode());
    }

    @Test
    void aFunctionWithSeveralDevicesIsKnownByTheirNames() throws IOException {
        Path second = Files.createDirectories(sysfs.function.resolve("uio/uio10"));
        Files.createSymbolicLink(second.resolve("device"), sysfs.function);
        Files.createSymbolicLink(sysfs.root.resolve("sys/class/uio/uio10"), second);
        assertEquals("uio3", locate(FakeSysfs.PCI).name(), "the first by number");
        assertEquals("uio10", locator().canonical(locate("uio10")));
        assertEquals("uio3", locator().canonical(locate("uio3")));
    }

    @Test
    void addressesThatNameNoDevice() {
        for (String wrong : List.of("edu", "uio", "uio-1", "uio03", "uio9999999999", "00:10.0", "uio3x")) {
            assertThrows(InvalidAddressException.class, () -> locate(wrong), wrong);
        }
        DeviceNotFoundException absent = assertThrows(DeviceNotFoundException.class, () -> locate("uio4"));
        assertTrue(absent.detail().contains("uio3, uio12"), absent.getMessage());
        assertThrows(DeviceNotFoundException.class, () -> locate("0000:00:1f.7"));
    }

    @Test
    void whatIsNotBoundSaysHowToBindIt() throws IOException {
        sysfs.unbind();
        sysfs.driver("e1000e");
        DeviceNotBoundException other = assertThrows(DeviceNotBoundException.class, () -> locate(FakeSysfs.PCI));
        assertTrue(other.detail().contains("the driver e1000e"), other.getMessage());
        assertTrue(String.valueOf(other.remedy()).contains("driver/unbind; echo uio_pci_generic >"));
        sysfs.driver("");
        DeviceNotBoundException none = assertThrows(DeviceNotBoundException.class, () -> locate(FakeSysfs.PCI));
        assertTrue(none.detail().contains("no driver"), none.getMessage());
        assertTrue(String.valueOf(none.remedy()).contains("echo uio_pci_generic >"), none.getMessage());
        assertFalse(String.valueOf(none.remedy()).contains("unbind"), none.getMessage());
    }

    @Test
    void aDeviceWithoutLineIsToldThatItMayBeRefused() throws IOException {
        sysfs.unbind();
        sysfs.driver("");
        FakeSysfs.file(sysfs.function, "irq", "0");
        DeviceNotBoundException line = assertThrows(DeviceNotBoundException.class, () -> locate(FakeSysfs.PCI));
        assertTrue(line.detail().contains("no interrupt line"), line.getMessage());
        assertTrue(String.valueOf(line.remedy()).contains("vfio-pci"), line.getMessage());
        Files.createSymbolicLink(sysfs.function.resolve("physfn"), sysfs.function);
        DeviceNotBoundException vf = assertThrows(DeviceNotBoundException.class, () -> locate(FakeSysfs.PCI));
        assertTrue(vf.detail().contains("virtual function"), vf.getMessage());
    }

    @Test
    void aKernelWithoutUioSaysWhichModuleIsMissing() throws IOException {
        sysfs.unbind();
        sysfs.driver("");
        FakeSysfs.remove(sysfs.root.resolve("sys/bus/pci/drivers"));
        FakeSysfs.remove(sysfs.root.resolve("sys/class"));
        for (String locator : List.of(FakeSysfs.PCI, "uio12")) {
            KernelFeatureMissingException error =
                    assertThrows(KernelFeatureMissingException.class, () -> locate(locator));
            assertTrue(String.valueOf(error.remedy()).contains("modprobe uio_pci_generic"), error.getMessage());
        }
        assertEquals(List.of(), locator().discover());
    }

    @Test
    void discoveryListsPciAndOthers() throws IOException {
        List<DeviceSummary> found = locator().discover();
        assertEquals(
                List.of("uio:" + FakeSysfs.PCI, "uio:uio12"),
                found.stream().map(summary -> summary.address().toString()).toList());
        assertEquals("uio_pci_generic", found.getFirst().attributes().get(DeviceSummary.KERNEL_DRIVER));
        assertEquals("uio3", found.getFirst().attributes().get("uio"));
        FakeSysfs.file(sysfs.function, "vendor", "garbage");
        DeviceSummary broken = locator().discover().getFirst();
        assertTrue(broken.description().contains("cannot be read"), broken.description());
    }

    private static Finding about(String topic, UioProvider provider) {
        return provider.diagnose().stream()
                .filter(finding -> finding.topic().equals(topic))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void diagnosisNamesDriverAndDevices() throws IOException {
        FakeKernel kernel = new FakeKernel();
        UioProvider provider = sysfs.provider(kernel);
        for (String topic : List.of("kernel: uio", "kernel: uio_pci_generic", "/dev/uio3", "/dev/uio12")) {
            assertEquals(Severity.OK, about(topic, provider).severity(), topic);
        }
        sysfs.user(4711, "testpmd", Path.of("/dev/uio3"));
        kernel.answers.put("open /dev/uio12", -Errnos.EACCES);
        assertEquals(Severity.WARNING, about("/dev/uio3", provider).severity());
        assertTrue(about("/dev/uio3", provider).detail().contains("4711"));
        assertEquals(Severity.PROBLEM, about("/dev/uio12", provider).severity());
        assertEquals(Severity.WARNING, about("hugepages", provider).severity(), "only unsafe=true needs them");
        assertEquals(Map.of(), kernel.open);
        FakeSysfs.remove(sysfs.root.resolve("sys/bus/pci/drivers"));
        FakeSysfs.remove(sysfs.root.resolve("sys/class"));
        assertEquals(Severity.PROBLEM, about("kernel: uio", provider).severity());
        assertEquals(Severity.WARNING, about("UIO devices", provider).severity());
    }
}
