// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.pci.PciAddress;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PciFunctionTest {
    private static final PciAddress ADDRESS = PciAddress.parse("0000:00:10.0").orElseThrow();

    private FakeSysfs sysfs;
    private Path device;

    @BeforeEach
    void makeDevice(@TempDir Path root) throws IOException {
        sysfs = new FakeSysfs(root);
        device = sysfs.device("0000:00:10.0");
    }

    private PciFunction function() {
        return sysfs.bus().function(ADDRESS);
    }

    @Test
    void aBarWithoutAddressIsNoResourceAndIsNamed() throws Exception {
        assertEquals(List.of(), function().unplacedBars());
        FakeSysfs.write(device, "resource", """
                0x00000000fea00000 0x00000000feafffff 0x0000000000040200
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x0000000000000000 0x00000000000fffff 0x000000002014220c
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                """);
        // BAR0 is there, BAR2 is 64 bits wide and not placed, BAR4 is the kernel's to forget, BAR5 its upper half.
        byte[] config = new byte[256];
        config[0x13] = (byte) 0xfe;
        config[0x18] = 0xc;
        config[0x1c] = 1;
        config[0x20] = 0xc;
        config[0x24] = 1;
        Files.write(device.resolve("config"), config);
        assertEquals(
                List.of(RegionId.BAR0),
                function().resources().stream().map(PciResource::id).toList());
        List<UnplacedBar> unplaced = function().unplacedBars();
        assertEquals(List.of(new UnplacedBar(RegionId.bar(2), 1 << 20), new UnplacedBar(RegionId.bar(4), 0)), unplaced);
        assertTrue(unplaced.getFirst().keepsFromEnabling());
        assertFalse(unplaced.getLast().keepsFromEnabling());
        assertEquals("BAR2 (1048576 bytes)", unplaced.getFirst().toString());
        Files.delete(device.resolve("config"));
        assertEquals(1, function().unplacedBars().size());
    }

    @Test
    void aVirtualFunctionKnowsItsPhysicalOne() throws Exception {
        assertEquals(Optional.empty(), function().physicalFunction());
        assertEquals(0, function().virtualFunctions());
        Path physical = sysfs.device("0000:00:0f.0");
        FakeSysfs.write(physical, "sriov_numvfs", "2\n");
        Files.createSymbolicLink(device.resolve("physfn"), physical);
        PciFunction found = function().physicalFunction().orElseThrow();
        assertEquals("0000:00:0f.0", found.toString());
        assertEquals(2, found.virtualFunctions());
    }

    @Test
    void readsWhatIsThere() throws Exception {
        assertEquals(
                new PciId(0x1234, 0x11e8, 0x1af4, 0x1100, 0x00ff00, 0x10),
                function().id());
        assertEquals(Optional.empty(), function().driver());
        assertEquals(OptionalInt.empty(), function().iommuGroup());
        assertEquals(OptionalInt.empty(), function().numaNode());
        assertFalse(function().isEnabled());
        sysfs.bind(device, "vfio-pci");
        sysfs.group(device, 17);
        FakeSysfs.write(device, "numa_node", "1\n");
        FakeSysfs.write(device, "enable", "2\n");
        assertEquals(Optional.of("vfio-pci"), function().driver());
        assertEquals(OptionalInt.of(17), function().iommuGroup());
        assertEquals(OptionalInt.of(1), function().numaNode());
        assertTrue(function().isEnabled());
        Files.delete(device.resolve("numa_node")); // a kernel without NUMA
        assertEquals(OptionalInt.empty(), function().numaNode());
    }

    @Test
    void readsResources() {
        List<PciResource> resources = function().resources();
        assertEquals(
                List.of(RegionId.BAR0, RegionId.BAR2, RegionId.BAR4, RegionId.ROM),
                resources.stream().map(PciResource::id).toList());
        PciResource memory = resources.get(0);
        assertEquals(0xfea00000L, memory.start());
        assertEquals(0x100000, memory.size());
        assertTrue(memory.isMemory() && !memory.isIo() && !memory.isPrefetchable());
        PciResource ports = resources.get(1);
        assertEquals(32, ports.size());
        assertTrue(ports.isIo() && !ports.isMemory());
        PciResource high = resources.get(2);
        assertEquals(0xfe00000000L, high.start());
        assertTrue(high.isPrefetchable() && (high.flags() & PciResource.IORESOURCE_MEM_64) != 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "0x0 0x0",
                "0x00000000fea00000 0x00000000fe9fffff 0x0000000000040200",
                "0x0000000000000000 0xffffffffffffffff 0x0000000000000200",
                "0x0000000000000000 0x7fffffffffffffff 0x0000000000000200",
                "0x11111111111111111 0x0000000000000001 0x0000000000000200",
                "-0x1 0x1 0x200"
            })
    void refusesResourcesThatMakeNoSense(String line) throws Exception {
        FakeSysfs.write(device, "resource", "\n0x0 0x0 0x0\n" + line + "\n0x0 0x0 0x0\n");
        if (line.isEmpty()) {
            FakeSysfs.write(device, "resource", "0x0 0x0 0x0\n\n0x0 0x0 0x0\n");
        }
        MalformedDeviceException e =
                assertThrows(MalformedDeviceException.class, () -> function().resources());
        assertTrue(e.path().endsWith("0000:00:10.0/resource"), e.path());
        assertTrue(e.detail().contains("line 2") && e.detail().contains(line), e.detail());
    }

    @ParameterizedTest
    @CsvSource({
        "vendor, ''",
        "vendor, 1234",
        "vendor, 0x",
        "vendor, 0x10000",
        "device, 0x11e8 0x1",
        "class, 0x1000000",
        "revision, 0x100",
        "revision, -0x1",
        "subsystem_vendor, 0xffffffffffffffffffffffff",
        "subsystem_device, zebra"
    })
    void refusesIdsThatMakeNoSense(String file, String text) throws Exception {
        FakeSysfs.write(device, file, text + "\n");
        MalformedDeviceException e =
                assertThrows(MalformedDeviceException.class, () -> function().id());
        assertTrue(e.path().endsWith("/" + file), e.path());
        assertTrue(e.detail().contains(text), e.detail());
    }

    @Test
    void refusesTextThatIsBinaryOrHuge() throws Exception {
        Files.write(device.resolve("vendor"), new byte[] {0, 1, (byte) 0xff, 27});
        MalformedDeviceException binary =
                assertThrows(MalformedDeviceException.class, () -> function().id());
        assertTrue(binary.detail().chars().noneMatch(Character::isISOControl), binary.detail());
        Files.write(device.resolve("vendor"), new byte[1 << 20]);
        assertThrows(MalformedDeviceException.class, () -> function().id());
        FakeSysfs.write(device, "numa_node", "99999999999999999999");
        assertThrows(MalformedDeviceException.class, () -> function().numaNode());
    }

    @Test
    void refusesLinksThatMakeNoSense() throws Exception {
        Files.createSymbolicLink(device.resolve("iommu_group"), Path.of("../../../kernel/iommu_groups/many"));
        MalformedDeviceException e =
                assertThrows(MalformedDeviceException.class, () -> function().iommuGroup());
        assertTrue(e.detail().contains("many"), e.detail());
        Files.createDirectory(device.resolve("driver"));
        assertThrows(MalformedDeviceException.class, () -> function().driver());
    }

    @Test
    void tellsAMissingFileFromAMissingDevice() throws Exception {
        PciFunction function = function();
        Files.delete(device.resolve("vendor"));
        MalformedDeviceException e = assertThrows(MalformedDeviceException.class, function::id);
        assertTrue(e.path().endsWith("/vendor"), e.path());
        try (Stream<Path> files = Files.list(device)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(device);
        assertThrows(DeviceNotFoundException.class, function::id);
        assertThrows(DeviceNotFoundException.class, function::resources);
        assertThrows(DeviceNotFoundException.class, function::driver);
        assertThrows(DeviceNotFoundException.class, function::iommuGroup);
        assertThrows(DeviceNotFoundException.class, function::numaNode);
        assertThrows(DeviceNotFoundException.class, () -> sysfs.bus().function(ADDRESS));
    }

    @Test
    void listsFunctionsInOrder() throws Exception {
        sysfs.device("0000:00:0a.0");
        sysfs.device("10000:e1:00.0");
        Files.createDirectory(sysfs.root.resolve("bus/pci/devices/what-is-this"));
        assertEquals(
                List.of("0000:00:0a.0", "0000:00:10.0", "10000:e1:00.0"),
                sysfs.bus().functions().stream().map(PciFunction::toString).toList());
    }

    @Test
    void aSystemWithoutPciHasNoFunctions(@TempDir Path empty) {
        assertEquals(List.of(), new FakeSysfs(empty).bus().functions());
    }

    @Test
    void listsTheMembersOfAGroup() throws Exception {
        Path other = sysfs.device("0000:00:15.1");
        Path platform = Files.createDirectories(sysfs.root.resolve("devices/platform/thing.0"));
        sysfs.bind(other, "e1000e");
        sysfs.group(device, 5);
        sysfs.group(other, 5);
        sysfs.group(platform, 5);
        assertEquals(
                "[0000:00:10.0 (no driver), 0000:00:15.1 (e1000e), thing.0 (no driver)]",
                sysfs.bus().groupMembers(5).toString());
        assertEquals(Optional.of(ADDRESS), sysfs.bus().groupMembers(5).get(0).address());
        assertEquals(Optional.empty(), sysfs.bus().groupMembers(5).get(2).address());
        assertThrows(DeviceNotFoundException.class, () -> sysfs.bus().groupMembers(6));
    }

    /** This machine's own tree, whatever is in it. */
    @Test
    void readsTheRealTree() {
        for (PciFunction function : PciBus.system().functions()) {
            assertTrue(function.id().vendor() != 0, function.toString());
            function.driver();
            function.iommuGroup();
            function.numaNode();
            function.isEnabled();
            function.resources();
        }
    }
}
