// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.longThat;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.Allocation;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.JnaLibC;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.OpenFiles;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.error.RegionAccessException;
import org.deviceaccess.spi.error.RegionBoundsException;
import org.deviceaccess.spi.error.UnsupportedWidthException;
import org.deviceaccess.spi.pci.PciAddress;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciConfigFileTest {
    private final LibC libc = JnaLibC.load();
    private final ByteBuffer content = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private Path device;
    private PciFunction function;

    @BeforeEach
    void makeDevice(@TempDir Path root) throws IOException {
        FakeSysfs sysfs = new FakeSysfs(root);
        device = sysfs.device("0000:00:10.0");
        function = sysfs.bus().function(PciAddress.parse("0000:00:10.0").orElseThrow());
        content.putShort(0, (short) 0x1234).putShort(2, (short) 0x11e8).putInt(8, 0x00ff0010);
        content.putShort(PciHeader.STATUS, (short) PciHeader.STATUS_CAP_LIST)
                .put(PciHeader.CAPABILITY_LIST, (byte) 0x40);
        content.putShort(0x40, (short) 0x5005).putShort(0x50, (short) 0x0011);
        content.putInt(0x100, 0x14810001).putInt(0x148, 0x00010003);
        write(4096);
    }

    private void write(int size) throws IOException {
        byte[] bytes = new byte[size];
        content.get(0, bytes, 0, Math.min(size, content.capacity()));
        Files.write(device.resolve("config"), bytes);
    }

    @Test
    void readsAndWritesRegisters() throws Exception {
        try (PciConfigFile config = function.openConfig(libc, true)) {
            Region region = config.region();
            assertEquals(4096, region.size());
            assertEquals(0x1234, region.read16(0));
            assertEquals(0xe8, region.read8(2));
            assertEquals(0x11e81234, region.read32(0));
            region.write16(4, 0x0406);
            region.write8(0xfff, 0xab);
            assertThrows(UnsupportedWidthException.class, () -> region.read64(0));
            assertThrows(RegionBoundsException.class, () -> region.read32(4096));
        }
        byte[] bytes = Files.readAllBytes(device.resolve("config"));
        assertEquals(6, bytes[4]);
        assertEquals(4, bytes[5]);
        assertEquals((byte) 0xab, bytes[0xfff]);
    }

    @Test
    void walksBothCapabilityLists() throws Exception {
        try (PciConfigFile config = function.openConfig(libc, false)) {
            assertEquals(
                    List.of(
                            new PciCapability(5, 0x40, false, 0),
                            new PciCapability(0x11, 0x50, false, 0),
                            new PciCapability(1, 0x100, true, 1),
                            new PciCapability(3, 0x148, true, 1)),
                    PciCapabilities.read(config.region()).entries());
        }
        content.put(0x51, (byte) 0x40); // a loop
        write(4096);
        try (PciConfigFile config = function.openConfig(libc, false)) {
            assertThrows(MalformedDeviceException.class, () -> PciCapabilities.read(config.region()));
        }
    }

    @Test
    void closesItsFileAndRefusesUseAfterwards() throws Exception {
        PciConfigFile config = function.openConfig(libc, false);
        assertThrows(RegionAccessException.class, () -> config.region().write8(4, 0));
        assertEquals(1, OpenFiles.of(device.resolve("config")));
        config.close();
        config.close();
        assertEquals(0, OpenFiles.of(device.resolve("config")));
        assertThrows(IllegalStateException.class, () -> config.region().read8(0));
    }

    @Test
    void accessesAllocateNothing() {
        try (PciConfigFile config = function.openConfig(libc, true)) {
            Region region = config.region();
            assertEquals(0, Allocation.of(() -> {
                for (int i = 0; i < 20_000; i++) {
                    region.write32(0x10, region.read32(0x10) + 1);
                    region.write8(0x20, region.read16(0x20));
                }
            }));
        }
    }

    @Test
    void refusesAFileOfAnotherSize() throws Exception {
        for (int size : new int[] {0, 64, 255, 8192}) {
            write(size);
            MalformedDeviceException e =
                    assertThrows(MalformedDeviceException.class, () -> function.openConfig(libc, false));
            assertTrue(e.detail().contains(size + " bytes"), e.detail());
        }
        Files.delete(device.resolve("config"));
        assertThrows(DeviceNotFoundException.class, () -> function.openConfig(libc, false));
    }

    @Test
    void saysThatOthersThanRootSeeTheHeaderOnly() throws Exception {
        LibC restricted = mock(LibC.class, delegatesTo(libc));
        doReturn(0L).when(restricted).pread(anyInt(), anyLong(), anyLong(), longThat(offset -> offset >= 64));
        try (PciConfigFile config = function.openConfig(restricted, false)) {
            assertEquals(0x1234, config.region().read16(0));
            PermissionDeniedException e = assertThrows(
                    PermissionDeniedException.class, () -> config.region().read8(64));
            assertTrue(e.detail().contains("64 bytes"), e.detail());
        }
        assertEquals(0, OpenFiles.of(device.resolve("config")));
    }

    @Test
    void aDeviceThatVanishesIsLost() throws Exception {
        LibC vanishing = mock(LibC.class, delegatesTo(libc));
        try (PciConfigFile config = function.openConfig(vanishing, true)) {
            for (int errno : new int[] {Errnos.ENODEV, Errnos.ENXIO, Errnos.EIO}) {
                doReturn((long) -errno).when(vanishing).pread(anyInt(), anyLong(), anyLong(), anyLong());
                doReturn((long) -errno).when(vanishing).pwrite(anyInt(), anyLong(), anyLong(), anyLong());
                DeviceLostException e = assertThrows(
                        DeviceLostException.class, () -> config.region().read8(0));
                assertEquals(Errnos.of(errno), e.errno());
                assertThrows(DeviceLostException.class, () -> config.region().write8(0, 0));
            }
            doReturn(1L).when(vanishing).pread(anyInt(), anyLong(), anyLong(), anyLong());
            assertThrows(DeviceLostException.class, () -> config.region().read32(0));
        }
    }

    /** The configuration space of this machine's own devices, as far as it may be read. */
    @Test
    void readsTheRealTree() {
        List<PciFunction> functions = PciBus.system().functions();
        assumeTrue(!functions.isEmpty(), "this machine shows no PCI devices");
        for (PciFunction real : functions) {
            try (PciConfigFile config = real.openConfig(libc, false)) {
                assertEquals(real.id().vendor(), config.region().read16(PciHeader.VENDOR_ID));
                assertEquals(real.id().device(), config.region().read16(PciHeader.DEVICE_ID));
            }
        }
    }
}
