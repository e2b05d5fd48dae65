// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.deviceaccess.tck.kit.Allocations;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** PCI configuration space. */
final class ConfigTests {
    private static final int USES = 500;
    // linux/pci_regs.h: PCI_MSI_FLAGS, PCI_MSI_FLAGS_QMASK; PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_QSIZE.
    private static final int MESSAGE_CONTROL = 2;
    private static final int MSI_CAPABLE_SHIFT = 1;
    private static final int MSI_CAPABLE_MASK = 0x7;
    private static final int MSIX_SIZE_MASK = 0x7ff;

    @Proves("DA-CONFIG-001")
    void agreesWithTheIdentity(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertEquals(
                    PciHeader.readId(device.region(RegionId.CONFIG)),
                    device.identity().pci(),
                    "what configuration space says, and what identity().pci() says");
        }
    }

    @Proves("DA-CONFIG-002")
    void hasAStandardForm(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            RegionInfo info = device.region(RegionId.CONFIG).info();
            assertTrue(
                    info.size() == PciHeader.CONFIG_SIZE || info.size() == PciHeader.EXTENDED_CONFIG_SIZE,
                    "configuration space has " + info.size() + " bytes");
            assertEquals(AddressSpace.CONFIGURATION, info.space(), "the address space of CONFIG");
            assertTrue(info.readable(), "CONFIG cannot be read");
            assertTrue(
                    info.widths().containsAll(EnumSet.range(AccessWidth.BITS_8, AccessWidth.BITS_32)),
                    "CONFIG supports only " + info.widths());
        }
    }

    @Proves("DA-CONFIG-003")
    void widthsSeeTheSameRegisters(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Region config = device.region(RegionId.CONFIG);
            // The header but its command and status registers, which may change between two reads.
            for (int offset : List.of(PciHeader.VENDOR_ID, PciHeader.CLASS_REVISION, PciHeader.SUBSYSTEM_VENDOR_ID)) {
                int word = config.read32(offset);
                for (int i = 0; i < Integer.BYTES; i++) {
                    assertEquals(word >>> (8 * i) & 0xff, config.read8(offset + i), "the byte at " + (offset + i));
                }
                assertEquals(word & 0xffff, config.read16(offset), "the 16 bits at " + offset);
                assertEquals(word >>> 16, config.read16(offset + 2), "the 16 bits at " + (offset + 2));
            }
        }
    }

    @Proves("DA-CONFIG-004")
    void memoryDecodingIsOn(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            boolean memory = device.regions().stream()
                    .anyMatch(info -> info.id().kind() == RegionId.Kind.BAR && info.space() == AddressSpace.MEMORY);
            Assumptions.assumeTrue(memory, "the device has no BAR in memory space");
            assertNotEquals(0, command(device) & PciHeader.COMMAND_MEMORY, "memory decoding of an open device");
        }
    }

    @Proves("DA-CONFIG-005")
    void commandRegisterCanBeWritten(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Region config = writable(device);
            int before = command(device);
            int changed = before ^ PciHeader.COMMAND_INTX_DISABLE;
            config.write16(PciHeader.COMMAND, changed);
            assertEquals(hex(changed), hex(command(device)), "the command register with Interrupt Disable changed");
            config.write16(PciHeader.COMMAND, before);
            assertEquals(hex(before), hex(command(device)), "the command register changed back");
        }
    }

    @Proves("DA-CONFIG-006")
    void readOnlyRegistersStay(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Region config = writable(device);
            for (int offset : List.of(PciHeader.VENDOR_ID, PciHeader.DEVICE_ID)) {
                int before = config.read16(offset);
                config.write16(offset, ~before);
                assertEquals(hex(before), hex(config.read16(offset)), "the read-only register at " + offset);
            }
        }
    }

    @Proves("DA-CONFIG-007")
    void capabilityListsEnd(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Region config = device.region(RegionId.CONFIG);
            Set<Integer> offsets = new HashSet<>();
            for (PciCapability entry : PciCapabilities.read(config).entries()) {
                assertTrue(entry.offset() < config.size(), entry + " lies outside of configuration space");
                assertTrue(offsets.add(entry.offset()), "two entries lie at " + entry.offset());
            }
        }
    }

    @Proves("DA-CONFIG-008")
    void msiIsThere(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            int control = messageControl(device, PciCapability.MSI);
            int vectors = 1 << (control >> MSI_CAPABLE_SHIFT & MSI_CAPABLE_MASK);
            assertOffered(device, InterruptKind.MSI, vectors);
        }
    }

    @Proves("DA-CONFIG-009")
    void msixIsThere(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            int control = messageControl(device, PciCapability.MSIX);
            assertOffered(device, InterruptKind.MSIX, (control & MSIX_SIZE_MASK) + 1);
        }
    }

    private static int messageControl(DeviceAccess device, int id) {
        Region config = device.region(RegionId.CONFIG);
        PciCapability capability = PciCapabilities.read(config)
                .find(id)
                .orElseThrow(() -> new AssertionError("the capability list has no entry of id " + id));
        return config.read16(capability.offset() + MESSAGE_CONTROL);
    }

    private static void assertOffered(DeviceAccess device, InterruptKind kind, int most) {
        for (InterruptInfo info : device.interrupts().kinds()) {
            if (info.kind() == kind) {
                assertTrue(info.vectors() <= most, info.vectors() + " vectors are offered, the device has " + most);
            }
        }
    }

    @Proves("DA-CONFIG-010")
    void intxHasAPin(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            int pin = device.region(RegionId.CONFIG).read8(PciHeader.INTERRUPT_PIN);
            assertTrue(pin >= 1 && pin <= 4, "the interrupt pin is " + pin);
        }
    }

    @Proves("DA-CONFIG-013")
    void readsAllocateNothing(TckTarget target) throws Exception {
        try (DeviceAccess device = target.open()) {
            Region config = device.region(RegionId.CONFIG);
            Allocations.assertNone("read32 of CONFIG", USES, () -> config.read32(PciHeader.VENDOR_ID));
        }
    }

    static int command(DeviceAccess device) {
        return device.region(RegionId.CONFIG).read16(PciHeader.COMMAND);
    }

    static Region writable(DeviceAccess device) {
        Region config = device.region(RegionId.CONFIG);
        Assumptions.assumeTrue(config.info().writable(), "configuration space cannot be written");
        return config;
    }

    private static String hex(int value) {
        return Integer.toHexString(value);
    }
}
