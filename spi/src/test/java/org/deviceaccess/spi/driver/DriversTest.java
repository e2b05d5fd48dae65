// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.deviceaccess.spi.error.AmbiguousDriverException;
import org.deviceaccess.spi.error.BrokenProviderException;
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
import org.junit.jupiter.api.io.TempDir;

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

    /** A driver whose answers a test chooses. */
    private record Chosen(String name, DriverMatch match, DriverNeeds needs) implements DriverProvider {
        @Override
        public Class<? extends Driver> type() {
            return LampDriver.class;
        }

        @Override
        public boolean matches(DeviceIdentity identity) {
            return match != DriverMatch.NONE;
        }

        @Override
        public DriverMatch match(DeviceIdentity identity) {
            return match;
        }

        @Override
        public Driver attach(DeviceAccess device) {
            return new LampDriver();
        }
    }

    private static final DriverNeeds MISSING = DriverNeeds.NONE.withCapabilities(Capability.RESET);

    private static Chosen chosen(String name, DriverMatch match) {
        return new Chosen(name, match, DriverNeeds.NONE);
    }

    @Test
    void theClosestMatchWinsWhateverTheOrder() {
        DriverProvider byClass = chosen("class", DriverMatch.CLASS);
        DriverProvider byDevice = new LampProvider(DriverNeeds.NONE, new LampDriver()); // says no more than matches()
        DriverProvider bySubsystem = chosen("subsystem", DriverMatch.SUBSYSTEM);
        assertSame(byDevice, Drivers.of(byClass, byDevice).find(device, Lamp.class));
        assertSame(byDevice, Drivers.of(byDevice, byClass).find(device, Lamp.class));
        assertSame(bySubsystem, Drivers.of(byDevice, bySubsystem, byClass).find(device, Lamp.class));
    }

    @Test
    void aDriverThatLacksSomethingDoesNotHideOneThatWouldDo() {
        DriverProvider lacking = new Chosen("lacking", DriverMatch.DEVICE, MISSING);
        DriverProvider other = chosen("other", DriverMatch.CLASS);
        assertSame(other, Drivers.of(lacking, other).find(device, Lamp.class));
        Drivers both = Drivers.of(lacking, new Chosen("second", DriverMatch.CLASS, MISSING));
        var error = assertThrows(DriverNeedsException.class, () -> both.find(device, Lamp.class));
        assertEquals(
                "the driver lacking needs the capability RESET; the driver second needs the capability RESET",
                error.detail());
        assertEquals(
                List.of("lacking", "second"),
                both.candidates(device).stream().map(c -> c.provider().name()).toList());
    }

    @Test
    void twoThatMatchEquallyWellAreAnErrorThatNamesBoth() {
        Drivers drivers = Drivers.of(
                chosen("one", DriverMatch.DEVICE),
                chosen("class", DriverMatch.CLASS),
                chosen("two", DriverMatch.DEVICE));
        var error = assertThrows(AmbiguousDriverException.class, () -> drivers.find(device, Lamp.class));
        assertTrue(error.detail().contains("one (" + Chosen.class.getName() + ")"), error.detail());
        assertTrue(error.detail().contains("two ("), error.detail());
        assertTrue(!error.detail().contains("class ("), error.detail());
        // One that lacks something is no rival.
        DriverProvider lacking = new Chosen("lacking", DriverMatch.DEVICE, MISSING);
        assertEquals(
                "one",
                Drivers.of(lacking, chosen("one", DriverMatch.DEVICE))
                        .find(device, Lamp.class)
                        .name());
    }

    @Test
    void aDriverThatThrowsOrAnswersNullDoesNotHideTheOthers() {
        List<String> questions = List.of("name", "type", "match", "needs");
        for (String question : questions) {
            for (Object answer : new Object[] {new NullPointerException("no PCI"), new NoClassDefFoundError("X"), ""}) {
                DriverProvider bad = mock(DriverProvider.class, call -> {
                    if (call.getMethod().getName().equals(question)) {
                        return answer instanceof Throwable t ? throwIt(t) : null;
                    }
                    return switch (call.getMethod().getName()) {
                        case "name" -> "bad";
                        case "type" -> LampDriver.class;
                        case "match" -> DriverMatch.SUBSYSTEM;
                        case "needs" -> DriverNeeds.NONE;
                        default -> null;
                    };
                });
                DriverProvider good = chosen("good", DriverMatch.CLASS);
                assertSame(good, Drivers.of(bad, good).find(device, Lamp.class), question);
                assertEquals(1, Drivers.of(bad, good).candidates(device).size());
                var error = assertThrows(
                        NoDriverException.class, () -> Drivers.of(bad).find(device, Lamp.class), question);
                assertTrue(error.detail().contains("these are broken"), error.detail());
            }
        }
    }

    private static Object throwIt(Throwable thrown) throws Throwable {
        throw thrown;
    }

    @Test
    void aDriverThatAttachesNothingIsBroken() {
        DriverProvider nothing = mock(DriverProvider.class);
        when(nothing.name()).thenReturn("nothing");
        when(nothing.type()).thenAnswer(call -> LampDriver.class);
        when(nothing.match(device.identity())).thenReturn(DriverMatch.DEVICE);
        when(nothing.needs()).thenReturn(DriverNeeds.NONE);
        assertThrows(BrokenProviderException.class, () -> Drivers.of(nothing).attach(device, Lamp.class));
    }

    @Test
    void theUseOfAClosedDeviceIsNoFaultOfTheDriver() {
        when(device.identity()).thenThrow(new IllegalStateException("closed"));
        Drivers drivers = Drivers.of(chosen("one", DriverMatch.DEVICE));
        assertThrows(IllegalStateException.class, () -> drivers.find(device, Lamp.class));
    }

    @Test
    void aBrokenLineOfAServicesFileLeavesTheOtherDrivers(@TempDir Path directory) throws Exception {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(
                services.resolve(DriverProvider.class.getName()),
                "org.deviceaccess.absent.Gone\n" + LoadableDriver.class.getName() + "\n");
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            Drivers drivers = Drivers.installed(loader);
            assertEquals("loadable", drivers.find(device, Lamp.class).name());
            var error = assertThrows(NoDriverException.class, () -> drivers.find(device, String.class));
            assertTrue(error.detail().contains("org.deviceaccess.absent.Gone"), error.detail());
        }
    }

    /** Found by its name in a services file. */
    public static final class LoadableDriver implements DriverProvider {
        @Override
        public String name() {
            return "loadable";
        }

        @Override
        public Class<? extends Driver> type() {
            return LampDriver.class;
        }

        @Override
        public boolean matches(DeviceIdentity identity) {
            return true;
        }

        @Override
        public DriverNeeds needs() {
            return DriverNeeds.NONE;
        }

        @Override
        public Driver attach(DeviceAccess device) {
            return new LampDriver();
        }
    }

    @Test
    void whatIsNeededAddsToWhatWasSaidBefore() {
        assertEquals(
                Set.of(Capability.DMA, Capability.RESET, Capability.CONFIG_SPACE),
                DriverNeeds.NONE
                        .withDma(32)
                        .withCapabilities(Capability.RESET)
                        .withCapabilities(Capability.CONFIG_SPACE)
                        .capabilities());
        assertEquals(
                Map.of(RegionId.BAR0, 32L, RegionId.BAR2, 16L),
                DriverNeeds.NONE
                        .withRegions(Map.of(RegionId.BAR0, 32L))
                        .withRegions(Map.of(RegionId.BAR2, 16L, RegionId.BAR0, 8L))
                        .regions());
        DriverNeeds interrupts =
                DriverNeeds.NONE.withInterrupts(4, InterruptKind.MSIX).withInterrupts(1, InterruptKind.MSI);
        assertEquals(Set.of(InterruptKind.MSIX, InterruptKind.MSI), interrupts.interruptKinds());
        assertEquals(4, interrupts.interruptVectors());
        assertEquals(28, DriverNeeds.NONE.withDma(28).withDma(64).dmaAddressBits());
        assertThrows(IllegalArgumentException.class, () -> DriverNeeds.NONE.withDma(65));
    }
}
