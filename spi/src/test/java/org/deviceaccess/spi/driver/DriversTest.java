// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DriverNeedsException;
import org.deviceaccess.spi.error.NoDriverException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriversTest {
    private static final DriverNeeds RICH = DriverNeeds.NONE
            .withCapabilities(Capability.RESET)
            .withRegions(Map.of(RegionId.BAR0, 4096L, RegionId.BAR2, 16L))
            .withInterrupts(2, InterruptKind.MSIX, InterruptKind.MSI)
            .withDma(16);

    private final DeviceAccess device = mock(DeviceAccess.class);
    private final InterruptSupport interrupts = mock(InterruptSupport.class);
    private final DmaSupport dma = mock(DmaSupport.class);

    private interface Lamp extends Driver {}

    private static final class LampDriver implements Lamp {
        @Override
        public void close() {}
    }

    private record LampProvider(DriverNeeds needs, LampDriver driver) implements DriverProvider {
        @Override
        public String name() {
            return "lamp";
        }

        @Override
        public Class<? extends Driver> type() {
            return LampDriver.class;
        }

        @Override
        public boolean matches(DeviceIdentity identity) {
            return identity.pci() != null && identity.pci().is(0x1234, 1);
        }

        @Override
        public Driver attach(DeviceAccess device) {
            return driver;
        }
    }

    @BeforeEach
    void describeTheDevice() {
        when(device.address()).thenReturn(DeviceAddress.parse("sim:lamp"));
        when(device.identity()).thenReturn(new DeviceIdentity("lamp", new PciId(0x1234, 1, 0, 0, 0xff0000, 0), -1));
        when(device.interrupts()).thenReturn(interrupts);
        when(device.dma()).thenReturn(dma);
        when(interrupts.kinds()).thenReturn(List.of());
    }

    private static RegionInfo region(RegionId id, long size) {
        return new RegionInfo(id, size, AddressSpace.MEMORY, true, true, true, EnumSet.allOf(AccessWidth.class));
    }

    private void limits(long first) {
        when(dma.limits())
                .thenReturn(
                        new DmaLimits(AddressKind.IOVA, List.of(new AddressRange(first, -1L)), 0x1000, 4096, 16, true));
    }

    @Test
    void aDriverIsFoundByTheTypeOfDevice() {
        LampDriver driver = new LampDriver();
        Drivers drivers = Drivers.of(new LampProvider(DriverNeeds.NONE, driver));
        assertSame(driver, drivers.attach(device, Lamp.class));
        assertSame(driver, drivers.attach(device, LampDriver.class));
    }

    @Test
    void noMatchingDriverIsNamedWithTheDevice() {
        when(device.identity()).thenReturn(new DeviceIdentity("other", null, -1));
        Drivers drivers = Drivers.of(new LampProvider(DriverNeeds.NONE, new LampDriver()));
        var error = assertThrows(NoDriverException.class, () -> drivers.attach(device, Lamp.class));
        assertTrue(error.getMessage().contains("[lamp]"), error.getMessage());
        assertTrue(error.getMessage().contains("other"), error.getMessage());
    }

    @Test
    void allThatIsMissingIsNamedAtOnce() {
        when(device.capabilities()).thenReturn(Set.of(Capability.DMA));
        when(device.regions()).thenReturn(List.of(region(RegionId.BAR0, 256)));
        when(interrupts.kinds()).thenReturn(List.of(new InterruptInfo(InterruptKind.MSI, 1, false, false, true)));
        limits(0x10_0000);
        var error = assertThrows(
                DriverNeedsException.class,
                () -> Drivers.of(new LampProvider(RICH, new LampDriver())).attach(device, Lamp.class));
        assertEquals(
                "the driver lamp needs the capability RESET, 4096 bytes in BAR0, which has 256, the region BAR2,"
                        + " 2 interrupt vectors of one of [MSI, MSIX], a device address of 16 bits, as the backend has"
                        + " only [0x100000-0xffffffffffffffff]",
                error.detail());
    }

    @Test
    void nothingIsMissingWhereAllIsThere() {
        when(device.capabilities()).thenReturn(Set.of(Capability.DMA, Capability.RESET));
        when(device.regions()).thenReturn(List.of(region(RegionId.BAR0, 4096), region(RegionId.BAR2, 4096)));
        when(interrupts.kinds()).thenReturn(List.of(new InterruptInfo(InterruptKind.MSIX, 9, false, false, true)));
        limits(0x1000);
        assertEquals(List.of(), RICH.missing(device));
    }
}
