// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import org.deviceaccess.backend.sim.edu.EduModelProvider;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.deviceaccess.spi.error.UnknownOptionException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding, choosing and opening models. */
class SimProviderTest {
    private final SimProvider provider = new SimProvider();

    @Test
    void isFoundByName() {
        try (DeviceAccess device = Devices.open("sim:edu")) {
            assertEquals(0x010000ed, device.region(RegionId.BAR0).read32(0));
            assertEquals(DeviceAddress.parse("sim:edu"), device.address());
            assertTrue(provider.capabilities().containsAll(device.capabilities()));
            assertEquals(
                    Set.of(Capability.MSIX),
                    difference(provider.capabilities(), device.capabilities()),
                    "edu has no MSI-X");
        }
    }

    private static Set<Capability> difference(Set<Capability> all, Set<Capability> some) {
        return Set.copyOf(all.stream().filter(c -> !some.contains(c)).toList());
    }

    @Test
    void discoversItsModels() {
        assertEquals("sim", provider.name());
        assertEquals(1, provider.spiLevel());
        var edu = provider.discover().stream()
                .filter(summary -> summary.address().toString().equals("sim:edu"))
                .findFirst()
                .orElseThrow();
        assertTrue(edu.identity().pci().is(0x1234, 0x11e8));
    }

    @Test
    void everyOpenIsADeviceOfItsOwn() {
        DeviceAccess one = Devices.open("sim:edu");
        try (DeviceAccess other = Devices.open("sim:edu")) {
            one.region(RegionId.BAR0).write32(4, 1);
            assertEquals(0, other.region(RegionId.BAR0).read32(4));
            one.close();
            assertTrue(other.isOpen());
        }
    }

    @Test
    void aModelThatIsNotThereIsNotFound() {
        DeviceNotFoundException thrown =
                assertThrows(DeviceNotFoundException.class, () -> Devices.open("sim:flux-capacitor"));
        assertTrue(thrown.getMessage().contains("flux-capacitor"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("edu"), thrown.getMessage());
        Availability probe = provider.probe(DeviceAddress.parse("sim:x"), options(Map.of()));
        assertEquals(
                ErrorCode.DEVICE_NOT_FOUND,
                assertInstanceOf(Availability.Unavailable.class, probe).reason());
        assertEquals(
                new Availability.Available(TrustLevel.SIMULATED),
                provider.probe(DeviceAddress.parse("sim:edu"), options(Map.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latency=-1",
                "latency=soon",
                "iova-bits=12",
                "iova-bits=63",
                "max-mappings=0",
                "dma-mask=",
                "dma-mask=-1",
                "dma-mask=0x",
                "dma-mask=0x10000000000000000",
                "dma-mask=0xfg"
            })
    void malformedOptionsAreRefused(String option) {
        InvalidOptionException thrown =
                assertThrows(InvalidOptionException.class, () -> Devices.open("sim:edu?" + option));
        assertTrue(thrown.getMessage().contains(option), thrown.getMessage());
    }

    @Test
    void unknownOptionsAreRefused() {
        assertThrows(UnknownOptionException.class, () -> Devices.open("sim:edu?colour=red"));
    }

    @Test
    void anOptionOfAnotherModelIsRefused() {
        SimProvider two = new SimProvider(List.of(new EduModelProvider(), new TestModel()));
        assertTrue(two.options().stream().map(OptionKey::name).toList().containsAll(List.of("dma-mask", "test-only")));
        Map<String, String> values = Map.of("test-only", "true");
        Options options = Options.of("sim", two.options(), values);
        two.open(new DeviceAddress("sim", "test", values), options).close();
        UnknownOptionException thrown = assertThrows(
                UnknownOptionException.class, () -> two.open(new DeviceAddress("sim", "edu", values), options));
        assertTrue(thrown.getMessage().contains("sim:edu"), thrown.getMessage());
        assertInstanceOf(Availability.Unavailable.class, two.probe(new DeviceAddress("sim", "edu", values), options));
    }

    @Test
    void modelsOfOneNameAreNotUsed() {
        SimProvider doubled = new SimProvider(List.of(new TestModel(), new EduModelProvider(), new TestModel()));
        assertEquals(1, doubled.discover().size());
        Map<String, String> none = Map.of();
        DeviceNotFoundException thrown = assertThrows(
                DeviceNotFoundException.class,
                () -> doubled.open(new DeviceAddress("sim", "test", none), options(none)));
        assertTrue(thrown.getMessage().contains(TestModel.class.getName()), thrown.getMessage());
    }

    @Test
    void aModelThatCannotBeLoadedDoesNotStopTheOthers() {
        Iterator<DeviceModelProvider> broken = new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < 2;
            }

            @Override
            public DeviceModelProvider next() {
                if (next++ == 0) {
                    throw new ServiceConfigurationError("the model flux cannot be loaded");
                }
                return new EduModelProvider();
            }
        };
        ModelCatalog catalog = ModelCatalog.of(() -> broken);
        assertEquals("edu", catalog.find("edu").name());
        DeviceNotFoundException thrown = assertThrows(DeviceNotFoundException.class, () -> catalog.find("flux"));
        assertTrue(thrown.getMessage().contains("the model flux cannot be loaded"), thrown.getMessage());
    }

    private Options options(Map<String, String> values) {
        return Options.of("sim", provider.options(), values);
    }
}
