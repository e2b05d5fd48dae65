// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.pci.PciAddress;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel says about the testbed's devices (testbed/README.md). */
@Tag("guest")
@Tag("vfio")
class PciBusGuestTest {
    private static final int PCI_CAP_ID_MSI = 0x05; // linux/pci_regs.h
    private static final long EDU_BAR_SIZE = 1 << 20; // QEMU, docs/specs/edu.rst

    private final PciBus bus = PciBus.system();

    @Test
    void listsTheTestbedsDevicesByTheirIds() {
        Map<String, String> ids =
                bus.functions().stream().collect(Collectors.toMap(PciFunction::toString, f -> f.id().toString()));
        assertEquals("1234:11e8", ids.get("0000:00:10.0"));
        assertEquals("1234:11e8", ids.get("0000:00:11.0"));
        assertEquals("1b36:0010", ids.get("0000:00:12.0"));
        assertEquals("8086:10d3", ids.get("0000:00:13.0"));
        assertEquals("8086:10d3", ids.get("0000:00:14.0"));
        assertEquals(0x010802, function("0000:00:12.0").id().classCode());
    }

    @Test
    void namesTheDriverAndTheResources() {
        PciFunction edu = function("0000:00:10.0");
        assertEquals(Optional.of("vfio-pci"), edu.driver());
        List<PciResource> resources = edu.resources();
        assertEquals(1, resources.size(), resources.toString());
        assertEquals(RegionId.bar(0), resources.getFirst().id());
        assertEquals(EDU_BAR_SIZE, resources.getFirst().size());
        assertTrue(resources.getFirst().isMemory());
    }

    @Test
    void namesTheMembersOfASharedGroup() {
        int group = function("0000:00:15.0").iommuGroup().orElseThrow();
        assertEquals(
                List.of("0000:00:15.0 (vfio-pci)", "0000:00:15.1 (uio_pci_generic)"),
                bus.groupMembers(group).stream().map(GroupMember::toString).toList());
        assertEquals(
                1,
                bus.groupMembers(function("0000:00:10.0").iommuGroup().orElseThrow())
                        .size());
    }

    @Test
    void walksTheCapabilitiesOfARealDevice() {
        PciFunction edu = function("0000:00:10.0");
        try (PciConfigFile config = edu.openConfig(JnaLibC.load(), false)) {
            assertEquals(edu.id().vendor(), config.region().read16(PciHeader.VENDOR_ID));
            assertTrue(
                    PciCapabilities.read(config.region()).find(PCI_CAP_ID_MSI).isPresent());
        }
    }

    @Test
    void saysWhichDeviceIsNotThere() {
        var missing = PciAddress.parse("0000:00:1e.7").orElseThrow();
        var e = assertThrows(DeviceNotFoundException.class, () -> bus.function(missing));
        assertTrue(e.getMessage().contains("0000:00:1e.7"), e.getMessage());
    }

    private PciFunction function(String address) {
        return bus.function(PciAddress.parse(address).orElseThrow());
    }
}
