// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.deviceaccess.spi.error.UnsupportedWidthException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Regions, configuration space, events, reset and removal. */
class BusTest {
    private final DeviceAccess device = Sim.open(new TestModel());
    private final Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
    private final Region bar = device.region(RegionId.BAR0);
    private final Region config = device.region(RegionId.CONFIG);

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void hasTheRegionsOfTheModel() {
        assertEquals(
                List.of(RegionId.BAR0, RegionId.BAR2, RegionId.CONFIG),
                device.regions().stream().map(RegionInfo::id).toList());
        assertSame(bar, device.region(RegionId.BAR0));
        assertEquals(
                RegionInfo.AddressSpace.IO, device.region(RegionId.BAR2).info().space());
        assertEquals(0x05, device.region(RegionId.BAR2).read8(5), "narrowed to the width");
        assertThrows(
                UnsupportedWidthException.class,
                () -> device.region(RegionId.BAR2).read16(0));
        assertThrows(UnsupportedWidthException.class, () -> config.read64(0));
        assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.BAR1));
        assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.ROM));
        assertEquals(TrustLevel.SIMULATED, device.trust());
    }

    @Test
    void valuesAreNarrowedToTheWidth() {
        bar.write8(TestModel.SCRATCH, 0x1ff);
        assertEquals(0xffL, bar.read64(TestModel.SCRATCH));
        bar.write64(TestModel.SCRATCH, 0x8877665544332211L);
        assertEquals(0x8877665544332211L, bar.read64(TestModel.SCRATCH));
        assertEquals(0x44332211, bar.read32(TestModel.SCRATCH));
        assertEquals(0x2211, bar.read16(TestModel.SCRATCH));
        assertEquals(0x11, bar.read8(TestModel.SCRATCH));
    }

    @Test
    void decodingOffMakesTheBarsVanishButNotConfigurationSpace() {
        int command = config.read16(PciHeader.COMMAND);
        assertEquals(PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO, command);
        config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
        assertThrows(DeviceLostException.class, () -> bar.read32(TestModel.SCRATCH));
        assertThrows(DeviceLostException.class, () -> bar.write32(TestModel.SCRATCH, 1));
        assertEquals(1, device.region(RegionId.BAR2).read8(1), "I/O space is decoded still");
        config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_IO);
        assertThrows(
                DeviceLostException.class, () -> device.region(RegionId.BAR2).read8(1));
        assertEquals(0, bar.read32(TestModel.SCRATCH));
    }

    @Test
    void configurationSpaceLetsOnlyTheRightBitsBeWritten() {
        config.write32(PciHeader.VENDOR_ID, -1);
        config.write16(PciHeader.COMMAND, 0xffff);
        config.write32(PciHeader.CLASS_REVISION, -1);
        config.write8(0x3c, 11);
        assertEquals(0xdeac, config.read16(PciHeader.VENDOR_ID));
        assertEquals(1, config.read16(PciHeader.DEVICE_ID));
        assertEquals(0x547, config.read16(PciHeader.COMMAND));
        assertEquals(device.identity().pci(), PciHeader.readId(config));
        assertEquals(11, config.read8(0x3c));
        assertEquals(1, config.read8(PciHeader.INTERRUPT_PIN));
    }

    @Test
    void barsAnswerSizing() {
        int before = config.read32(PciHeader.BASE_ADDRESS_0);
        assertEquals(0, before % 4096);
        config.write32(PciHeader.BASE_ADDRESS_0, -1);
        assertEquals(-4096, config.read32(PciHeader.BASE_ADDRESS_0));
        config.write32(PciHeader.BASE_ADDRESS_0, before);
        config.write32(PciHeader.BASE_ADDRESS_0 + 8, -1);
        assertEquals(-16 | 1, config.read32(PciHeader.BASE_ADDRESS_0 + 8), "I/O space has bit 0 set");
        config.write32(PciHeader.BASE_ADDRESS_0 + 4, -1);
        assertEquals(0, config.read32(PciHeader.BASE_ADDRESS_0 + 4), "no BAR, no bits");
    }

    @Test
    void capabilityListHasWhatTheModelHas() {
        PciCapabilities capabilities = PciCapabilities.read(config);
        assertEquals(3, capabilities.entries().size());
        int msi = capabilities.find(PciCapability.MSI).orElseThrow().offset();
        int msix = capabilities.find(PciCapability.MSIX).orElseThrow().offset();
        int vendor =
                capabilities.find(PciCapability.VENDOR_SPECIFIC).orElseThrow().offset();
        assertEquals(0x84, config.read16(msi + 2), "64-bit, 4 vectors, off");
        assertEquals(4, config.read16(msix + 2), "5 vectors, off");
        assertEquals(0x10, config.read8(vendor + 2));
        assertEquals(0xef, config.read8(vendor + 6));
        config.write16(msi + 2, -1);
        assertEquals(0x84, config.read16(msi + 2), "the backend enables messages, not the driver");
        try (Interrupts three = device.interrupts().enable(InterruptKind.MSI, 3)) {
            assertEquals(0xa5, config.read16(msi + 2), "on, 4 vectors enabled as 3 cannot be");
            assertEquals(3, three.info().vectors());
        }
        assertEquals(0x84, config.read16(msi + 2));
        try (Interrupts five = device.interrupts().enable(InterruptKind.MSIX, 5)) {
            assertEquals(0x8004, config.read16(msix + 2));
            assertEquals(5, five.info().vectors());
        }
        assertEquals(4, config.read16(msix + 2));
    }

    @Test
    void aFunctionWithoutInterruptsHasNone() {
        PciFunction bare = PciFunction.of(new PciId(1, 1, 0, 0, 0, 0));
        try (DeviceAccess none = Sim.open(new TestModel(bare))) {
            assertEquals(List.of(), none.interrupts().kinds());
            assertEquals(
                    List.of(),
                    PciCapabilities.read(none.region(RegionId.CONFIG)).entries());
            assertEquals(
                    Set.of(
                            Capability.CONFIG_SPACE,
                            Capability.DMA,
                            Capability.DMA_MAP,
                            Capability.RESET,
                            Capability.RELEASE_REQUEST,
                            Capability.ERROR_EVENT),
                    none.capabilities());
            for (InterruptKind kind : InterruptKind.values()) {
                assertThrows(
                        InterruptKindAbsentException.class,
                        () -> none.interrupts().enable(kind, 1));
            }
        }
    }

    @Test
    void functionsThatCannotBeAreRefused() {
        PciFunction function = PciFunction.of(new PciId(1, 1, 0, 0, 0, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> function.withMemory(
                        6, 4096, bar.info().widths().iterator().next()));
        assertThrows(
                IllegalArgumentException.class,
                () -> function.withMemory(
                        0, 4095, bar.info().widths().iterator().next()));
        assertThrows(IllegalArgumentException.class, () -> function.withMemory(0, 4096));
        assertThrows(IllegalArgumentException.class, () -> function.withMsi(3));
        assertThrows(IllegalArgumentException.class, () -> function.withMsi(64));
        assertThrows(IllegalArgumentException.class, () -> function.withMsix(2049));
        TestModel tooMuch = new TestModel(function.withCapability(9, "00".repeat(191)));
        assertThrows(IllegalArgumentException.class, () -> Sim.open(tooMuch));
    }

    @Test
    void eventsAreStatesThatEverybodySees() throws InterruptedException {
        assertEquals(
                Set.of(DeviceEvent.RELEASE_REQUESTED, DeviceEvent.ERROR),
                device.events().kinds());
        assertEquals(Optional.empty(), device.events().await(Duration.ZERO));
        assertEquals(Optional.empty(), device.events().await(Duration.ofMillis(5)));
        simulation.raiseError();
        simulation.raiseError();
        simulation.requestRelease();
        for (int asked = 0; asked < 2; asked++) {
            assertEquals(
                    Optional.of(DeviceEvent.RELEASE_REQUESTED), device.events().await(Duration.ZERO));
            assertEquals(
                    Optional.of(DeviceEvent.ERROR),
                    device.events().await(Set.of(DeviceEvent.ERROR), Duration.ofSeconds(1)));
        }
        device.reset();
        assertEquals(Optional.empty(), device.events().await(Set.of(DeviceEvent.ERROR), Duration.ZERO));
        assertEquals(Optional.of(DeviceEvent.RELEASE_REQUESTED), device.events().await(Duration.ZERO));
        simulation.raiseError();
        assertEquals(Optional.of(DeviceEvent.ERROR), device.events().await(Set.of(DeviceEvent.ERROR), Duration.ZERO));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> device.events().await(Duration.ofSeconds(9)));
    }

    @Test
    void aModelThatFailsIsADeviceFault() throws InterruptedException {
        bar.write32(TestModel.FAIL, 1);
        assertEquals(Optional.of(DeviceEvent.ERROR), device.events().await(Duration.ofSeconds(10)));
        assertTrue(simulation.deviceFaults().get(0).what().contains("broken on purpose"));
    }

    @Test
    void resetKeepsCommandAndClosesInterrupts() {
        Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 2);
        int command = config.read16(PciHeader.COMMAND);
        assertTrue((command & PciHeader.COMMAND_MASTER) != 0, "messages need bus mastering");
        bar.write32(TestModel.SCRATCH, 7);
        bar.write32(TestModel.LINE, 1);
        device.reset();
        assertEquals(0, bar.read32(TestModel.SCRATCH));
        assertEquals(command, config.read16(PciHeader.COMMAND));
        assertEquals(0, config.read16(PciHeader.STATUS) & PciHeader.STATUS_INTERRUPT);
        assertThrows(IllegalStateException.class, () -> msi.vector(0).poll());
        device.interrupts().enable(InterruptKind.INTX, 1).close();
    }

    @Test
    void aRemovedDeviceIsLost() {
        simulation.remove();
        assertThrows(DeviceLostException.class, () -> bar.read32(0));
        assertThrows(DeviceLostException.class, () -> bar.write64(0, 0));
        assertThrows(DeviceLostException.class, () -> config.read16(0));
        assertThrows(DeviceLostException.class, () -> device.interrupts().enable(InterruptKind.MSI, 1));
        assertThrows(ResetFailedException.class, device::reset);
        assertTrue(device.isOpen());
        device.close();
        assertThrows(IllegalStateException.class, () -> bar.read32(0));
    }

    @Test
    void registersLieWhenToldTo() {
        bar.write32(TestModel.SCRATCH, 7);
        simulation.override(RegionId.BAR0, (offset, width, honest) -> offset == TestModel.SCRATCH ? ~honest : honest);
        assertEquals(~7, bar.read32(TestModel.SCRATCH));
        assertEquals(0xf8, bar.read8(TestModel.SCRATCH), "narrowed to the width");
        simulation.override(RegionId.BAR0, ReadOverride.NONE);
        assertEquals(7, bar.read32(TestModel.SCRATCH));
        assertThrows(NoSuchRegionException.class, () -> simulation.override(RegionId.BAR5, ReadOverride.NONE));
    }

    @Test
    void unwrapsToTheSimulationOnly() {
        assertEquals(Optional.empty(), device.unwrap(String.class));
        assertEquals(Optional.empty(), device.unwrap(SimDevice.class));
    }
}
