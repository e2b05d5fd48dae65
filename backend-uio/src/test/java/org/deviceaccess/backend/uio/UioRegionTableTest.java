// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.backend.uio.UioRegionTable.Entry;
import org.deviceaccess.backend.uio.UioRegionTable.Source;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UioRegionTableTest {
    private static final long PAGE = 4096;

    @TempDir
    Path directory;

    private final FakeKernel kernel = new FakeKernel();
    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private Map<RegionId, Entry> table(String locator) {
        return UioRegionTable.of(new UioLocator(sysfs.bus()).locate(new DeviceAddress("uio", locator, Map.of())), PAGE);
    }

    private Path resource(int bar) {
        return sysfs.bus().functions().getFirst().directory().resolve("resource" + bar);
    }

    @Test
    void aMapOfABarIsTheBar() {
        Map<RegionId, Entry> table = table(FakeSysfs.PCI);
        assertEquals(Set.of(RegionId.BAR0, RegionId.BAR1, RegionId.BAR2), table.keySet());
        Entry bar0 = table.get(RegionId.BAR0);
        assertEquals(new Source.Pages(Optional.empty(), 0, 0), bar0.source());
        assertEquals(1 << 20, bar0.info().size());
        assertTrue(bar0.info().mapped());
    }

    @Test
    void aBarWithoutMapComesFromSysfsWhereverItIsInItsPage() {
        Entry bar1 = table(FakeSysfs.PCI).get(RegionId.BAR1);
        assertEquals(new Source.Pages(Optional.of(resource(1)), 0, 0x800), bar1.source());
        assertEquals(0x100, bar1.info().size());
    }

    @Test
    void aMapKnowsWhereTheBarIsInItsPage() throws IOException {
        // As uio_pci_generic describes a BAR that is smaller than a page.
        FakeSysfs.map(sysfs.pciUio, "map1", "0x00000000fe800000", "0x800", "0x0000000000001000");
        Entry bar1 = table(FakeSysfs.PCI).get(RegionId.BAR1);
        assertEquals(new Source.Pages(Optional.empty(), PAGE, 0x800), bar1.source());
        assertEquals(0x100, bar1.info().size());
    }

    @Test
    void withoutMapsAllBarsComeFromSysfs() throws IOException {
        FakeSysfs.remove(sysfs.pciUio.resolve("maps"));
        Entry bar0 = table(FakeSysfs.PCI).get(RegionId.BAR0);
        assertEquals(new Source.Pages(Optional.of(resource(0)), 0, 0), bar0.source());
        assertEquals(1 << 20, bar0.info().size());
    }

    @Test
    void aMapThatTheKernelCannotMapDoesNotStandForTheBar() throws IOException {
        // Drivers that give the BAR's own size; the kernel maps whole pages of maps only.
        FakeSysfs.map(sysfs.pciUio, "map1", "0x00000000fe800800", "0x0", "0x0000000000000100");
        Map<RegionId, Entry> table = table(FakeSysfs.PCI);
        assertEquals(
                new Source.Pages(Optional.of(resource(1)), 0, 0x800),
                table.get(RegionId.BAR1).source());
        assertEquals(0x100, table.get(RegionId.uioMap(1)).info().size());
    }

    @Test
    void portsOfABarGoThroughSysfs() throws IOException {
        Entry bar2 = table(FakeSysfs.PCI).get(RegionId.BAR2);
        assertEquals(new Source.Calls(resource(2), 0), bar2.source());
        assertEquals(AddressSpace.IO, bar2.info().space());
        assertEquals(
                Set.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32),
                bar2.info().widths());
        FakeSysfs.port(sysfs.pciUio, "port0", "0xc040", "0x20", "port_x86");
        FakeSysfs.port(sysfs.pciUio, "port1", "0xc048", "0x8", "port_x86");
        Map<RegionId, Entry> table = table(FakeSysfs.PCI);
        assertEquals(
                Set.of(RegionId.BAR0, RegionId.BAR1, RegionId.BAR2, RegionId.uioPort(1)),
                table.keySet(),
                "port0 is the BAR");
        assertEquals(
                new Source.Calls(resource(2), 8), table.get(RegionId.uioPort(1)).source());
        Files.delete(sysfs.function.resolve("resource2"));
        Entry direct = table(FakeSysfs.PCI).get(RegionId.BAR2);
        assertEquals(new Source.Calls(Path.of("/dev/port"), 0xc040), direct.source());
        assertEquals(Set.of(AccessWidth.BITS_8), direct.info().widths());
    }

    @Test
    void anotherDeviceHasItsMapsAndPorts() {
        Map<RegionId, Entry> table = table("uio12");
        assertEquals(List.of(RegionId.uioMap(0), RegionId.uioMap(1), RegionId.uioPort(0)), List.copyOf(table.keySet()));
        assertEquals(0xff0, table.get(RegionId.uioMap(0)).info().size());
        assertEquals(
                new Source.Pages(Optional.empty(), 0, 0x10),
                table.get(RegionId.uioMap(0)).source());
        assertEquals(
                new Source.Pages(Optional.empty(), PAGE, 0),
                table.get(RegionId.uioMap(1)).source());
        assertEquals(
                new Source.Calls(Path.of("/dev/port"), 0x3f8),
                table.get(RegionId.uioPort(0)).source());
    }

    private DeviceAccess open(String locator) {
        return sysfs.open(kernel, "uio:" + locator + "?unsafe=true");
    }

    @Test
    void pagesAreMappedAsTheTableSays() {
        try (DeviceAccess device = open("uio12")) {
            assertEquals(
                    List.of(RegionId.uioMap(0), RegionId.uioMap(1), RegionId.uioPort(0)),
                    device.regions().stream().map(RegionInfo::id).toList());
            device.region(RegionId.uioMap(1)).write32(0x2ffc, 5);
            assertEquals(5, device.region(RegionId.uioMap(1)).read32(0x2ffc));
            device.region(RegionId.uioMap(0)).write8(0xfef, 1);
        }
        try (DeviceAccess device = open(FakeSysfs.PCI)) {
            device.region(RegionId.BAR1).write32(0xfc, 1);
            device.region(RegionId.BAR0).write32(0xffffc, 1);
        }
        assertEquals(
                List.of(
                        "/dev/uio12 0x1000 0x3000",
                        "/dev/uio12 0x0 0x1000",
                        "resource1 0x0 0x1000",
                        "/dev/uio3 0x0 0x100000"),
                kernel.mappings);
        assertEquals(Map.of(), kernel.mapped);
    }

    private void assertRefused(String locator, Path file, String value) {
        MalformedDeviceException error = assertThrows(MalformedDeviceException.class, () -> open(locator), value);
        assertTrue(String.valueOf(error.path()).endsWith(file.toString()), error.getMessage());
        assertTrue(error.getMessage().contains(value), error.getMessage());
        assertEquals(Map.of(), kernel.open, value);
    }

    @Test
    void valuesThatMakeNoSenseAreNamedAndLeakNothing() throws IOException {
        Path map = sysfs.platformUio.resolve("maps/map1");
        for (String[] each : new String[][] {
            {"size", "0x0", "0x0000000000003000"},
            {"size", "garbage", "0x0000000000003000"},
            {"size", "", "0x0000000000003000"},
            {"size", "0xffffffffffffffff", "0x0000000000003000"},
            {"size", "0x8000000000000000", "0x0000000000003000"},
            {"size", "-1", "0x0000000000003000"},
            {"size", "12288", "0x0000000000003000"},
            {"addr", "0xzz", "0x00000000d0000000"},
            {"addr", "0x10000000000000000", "0x00000000d0000000"},
            {"offset", "0x1000", "0x0"},
            {"offset", "0xffffffffffffffff", "0x0"},
            {"offset", "one", "0x0"},
        }) {
            FakeSysfs.file(map, each[0], each[1]);
            assertRefused("uio12", Path.of("maps/map1", each[0]), each[1].equals("0x0") ? "it holds 0" : each[1]);
            FakeSysfs.file(map, each[0], each[2]);
        }
        open("uio12").close();
        Path port = sysfs.platformUio.resolve("portio/port0");
        for (String[] each : new String[][] {
            {"start", "0x10000", "0x3f8"},
            {"start", "x", "0x3f8"},
            {"size", "0x0", "0x8"},
            {"size", "0xfc09", "0x8"},
        }) {
            FakeSysfs.file(port, each[0], each[1]);
            assertRefused(
                    "uio12",
                    Path.of("portio/port0", each[1].equals("0x10000") ? "size" : each[0]),
                    each[1].equals("0x0") ? "it holds 0" : each[1]);
            FakeSysfs.file(port, each[0], each[2]);
        }
        open("uio12").close();
        FakeSysfs.map(sysfs.platformUio, "map5", "0x0", "0x0", "0x1000");
        assertRefused("uio12", Path.of("maps/map5"), "map0 to map4");
        FakeSysfs.remove(sysfs.platformUio.resolve("maps/map5"));
        Files.delete(map.resolve("addr"));
        assertRefused("uio12", Path.of("maps/map1/addr"), "there is no such file");
        assertEquals(Map.of(), kernel.open);
    }

    @Test
    void configurationSpaceThatMakesNoSenseIsRefused() throws IOException {
        Files.write(sysfs.function.resolve("config"), new byte[7]);
        assertRefused(FakeSysfs.PCI, Path.of("config"), "7 bytes");
        FakeSysfs.file(sysfs.function, "resource", "nonsense");
        Files.write(sysfs.function.resolve("config"), new byte[256]);
        assertRefused(FakeSysfs.PCI, Path.of("resource"), "nonsense");
    }
}
