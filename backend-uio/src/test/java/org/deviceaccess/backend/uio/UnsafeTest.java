// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.pci.PciHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code unsafe=true} changes, and what it cannot. */
class UnsafeTest {
    private static final String UNSAFE = "uio:" + FakeSysfs.PCI + "?unsafe=true";

    @TempDir
    Path directory;

    private final FakeKernel kernel = new FakeKernel();
    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private DeviceAccess open(String text) {
        return sysfs.open(kernel, text);
    }

    private TrustLevel probed(String text) {
        return ((Availability.Available) sysfs.probe(kernel, text)).trust();
    }

    @Test
    void withoutItThereIsNoDmaAndTheErrorSaysWhoHasIt() {
        for (String text : new String[] {"uio:" + FakeSysfs.PCI, "uio:uio3?unsafe=false"}) {
            try (DeviceAccess device = open(text)) {
                assertEquals(TrustLevel.NO_DMA, device.trust());
                assertFalse(device.capabilities().contains(Capability.DMA));
                UnsupportedCapabilityException error = assertThrows(UnsupportedCapabilityException.class, device::dma);
                assertTrue(error.detail().contains("unsafe=true was not said"), error.getMessage());
                assertTrue(String.valueOf(error.remedy()).contains("?unsafe=true"), error.getMessage());
            }
            assertEquals(TrustLevel.NO_DMA, probed(text));
        }
    }

    @Test
    void aDeviceWithoutAnythingThatKeepsItFromMemoryNeedsConsent() {
        for (String text : new String[] {"uio:uio12", "uio:uio12?unsafe=false"}) {
            UnsafeNotAllowedException error = assertThrows(UnsafeNotAllowedException.class, () -> open(text));
            assertTrue(error.detail().contains("only a PCI device has a switch"), error.getMessage());
            assertTrue(String.valueOf(error.remedy()).contains("uio:uio12?unsafe=true"), error.getMessage());
            var refusal = assertInstanceOf(Availability.Unavailable.class, sysfs.probe(kernel, text));
            assertEquals(ErrorCode.UNSAFE_NOT_ALLOWED, refusal.reason());
        }
        assertEquals(0, kernel.calls(), "nothing was opened");
    }

    @Test
    void withItThereAreNotMoreThanPhysicalAddresses() {
        for (String text : new String[] {UNSAFE, "uio:uio12?unsafe=true"}) {
            try (DeviceAccess device = open(text)) {
                assertEquals(text, device.address().toString());
                assertEquals(TrustLevel.UNPROTECTED, device.trust());
                assertTrue(device.capabilities().contains(Capability.DMA));
                assertFalse(device.capabilities().contains(Capability.DMA_MAP));
                assertEquals(AddressKind.PHYSICAL, device.dma().limits().addressKind());
                // There are no hugepages in this tree of sysfs.
                assertThrows(DeviceAccessException.class, () -> device.dma().allocate(4096, DmaConstraints.NONE));
                assertEquals(0, kernel.command() & PciHeader.COMMAND_MASTER, "no buffer, no bus mastering");
            }
            assertEquals(TrustLevel.UNPROTECTED, probed(text));
        }
        assertEquals(Map.of(), kernel.open);
    }

    @Test
    void anIommuThatTranslatesMakesPhysicalAddressesUseless() throws IOException {
        Path group = Files.createDirectories(sysfs.root.resolve("sys/kernel/iommu_groups/5"));
        Files.createSymbolicLink(sysfs.function.resolve("iommu_group"), group);
        for (String type : new String[] {"DMA-FQ", "DMA", "blocked"}) {
            FakeSysfs.file(group, "type", type);
            try (DeviceAccess device = open(UNSAFE)) {
                assertEquals(TrustLevel.NO_DMA, device.trust());
                assertFalse(device.capabilities().contains(Capability.DMA));
                UnsupportedCapabilityException error = assertThrows(UnsupportedCapabilityException.class, device::dma);
                assertTrue(error.detail().contains("IOMMU group 5"), error.getMessage());
                assertTrue(String.valueOf(error.remedy()).contains("vfio:" + FakeSysfs.PCI), error.getMessage());
            }
            assertEquals(TrustLevel.NO_DMA, probed(UNSAFE));
        }
        FakeSysfs.file(group, "type", "identity");
        try (DeviceAccess device = open(UNSAFE)) {
            assertEquals(TrustLevel.UNPROTECTED, device.trust());
        }
    }
}
