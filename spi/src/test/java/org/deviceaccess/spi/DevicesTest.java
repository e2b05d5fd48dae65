// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.Availability.Unavailable;
import org.deviceaccess.spi.ProviderStatus.Refused;
import org.deviceaccess.spi.error.BrokenProviderException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.IncompatibleProviderException;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.deviceaccess.spi.error.NoBackendException;
import org.deviceaccess.spi.error.UnknownBackendException;
import org.deviceaccess.spi.error.UnknownOptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {
    private static final OptionKey<Long> LEVEL = OptionKey.number("level", "a number", 0, 100, 0);
    private static final StubProvider ISOLATED =
            StubProvider.trusting("iso", TrustLevel.IOMMU).withOptions(LEVEL);
    private static final StubProvider OPEN =
            StubProvider.trusting("bare", TrustLevel.UNPROTECTED).withOptions(Devices.UNSAFE);
    private static final StubProvider REFUSING = new StubProvider(
            "refusing",
            1,
            List.of(),
            (address, options) -> new Unavailable(ErrorCode.DEVICE_NOT_BOUND, "bound to e1000e", "bind it"));

    @TempDir
    Path directory = Path.of("");

    private Devices.Builder devices(DeviceAccessProvider... providers) {
        return Devices.builder()
                .providers(List.of(providers))
                .properties(Map.of())
                .environment(Map.of())
                .workingDirectory(directory);
    }

    private static String opened(Devices devices, String address) {
        return devices.access(address).address().toString();
    }

    private void configure(String... lines) throws IOException {
        Files.write(directory.resolve("deviceaccess.properties"), List.of(lines));
    }

    @Test
    void aNamedBackendIsUsed() {
        assertEquals("bare:0000:00:10.0", opened(devices(ISOLATED, OPEN).build(), "bare:0000:00:10.0"));
    }

    @Test
    void anUnknownBackendIsNamedWithTheInstalledOnes() {
        var error = assertThrows(
                UnknownBackendException.class,
                () -> devices(ISOLATED, OPEN).build().access("vfoi:0000:00:10.0"));
        assertTrue(error.getMessage().contains("'vfoi'"), error.getMessage());
        assertTrue(error.getMessage().contains("bare, iso"), error.getMessage());
    }

    @Test
    void anUnknownOptionIsRefusedWhereverItIsSaid() throws IOException {
        assertThrows(
                UnknownOptionException.class, () -> devices(ISOLATED).build().access("iso:x?lvl=1"));
        assertThrows(
                UnknownOptionException.class,
                () -> devices(ISOLATED)
                        .properties(Map.of("deviceaccess.iso.lvl", "1"))
                        .build()
                        .access("iso:x"));
        configure("deviceaccess.iso.lvl=1");
        assertThrows(
                UnknownOptionException.class, () -> devices(ISOLATED).build().access("iso:x"));
    }

    @Test
    void theCallGoesBeforePropertyBeforeEnvironmentBeforeFile() throws IOException {
        configure("deviceaccess.iso.level=1");
        Map<String, String> environment = Map.of("DEVICEACCESS_ISO_LEVEL", "2");
        Map<String, String> properties = Map.of("deviceaccess.iso.level", "3");
        assertEquals("iso:x?level=1", opened(devices(ISOLATED).build(), "iso:x"));
        assertEquals(
                "iso:x?level=2",
                opened(devices(ISOLATED).environment(environment).build(), "iso:x"));
        Devices all = devices(ISOLATED)
                .environment(environment)
                .properties(properties)
                .build();
        assertEquals("iso:x?level=3", opened(all, "iso:x"));
        assertEquals("iso:x?level=4", opened(all, "iso:x?level=4"));
    }

    @Test
    void theConfiguredBackendIsUsedForABareAddressWithoutFallingBack() throws IOException {
        configure("deviceaccess.backend=bare");
        assertEquals("bare:0000:00:10.0", opened(devices(ISOLATED, OPEN).build(), "0000:00:10.0"));
        Map<String, String> environment = Map.of("DEVICEACCESS_BACKEND", "gone");
        assertThrows(
                UnknownBackendException.class,
                () -> devices(ISOLATED, OPEN).environment(environment).build().access("0000:00:10.0"));
    }

    @Test
    void anAliasStandsForAnAddressAndItsOptions() throws IOException {
        configure("deviceaccess.alias.nic0=iso:0000:00:13.0?level=7");
        Devices devices = devices(ISOLATED).build();
        assertEquals("iso:0000:00:13.0?level=7", opened(devices, "nic0"));
        assertEquals("iso:0000:00:13.0?level=8", opened(devices, "nic0?level=8"));
        assertEquals(List.of("nic0"), devices.aliases());
    }

    @Test
    void swappingTheBackendIsOneLineOfTheFile() throws IOException {
        configure("deviceaccess.alias.nic0=iso:0000:00:13.0");
        assertEquals("iso:0000:00:13.0", opened(devices(ISOLATED, OPEN).build(), "nic0"));
        configure("deviceaccess.alias.nic0=bare:0000:00:13.0");
        assertEquals("bare:0000:00:13.0", opened(devices(ISOLATED, OPEN).build(), "nic0"));
    }

    @Test
    void anUnknownOrCircularAliasIsNamed() throws IOException {
        configure("deviceaccess.alias.a=b", "deviceaccess.alias.b=a");
        Devices devices = devices(ISOLATED).build();
        var unknown = assertThrows(DeviceNotFoundException.class, () -> devices.access("nic7"));
        assertTrue(unknown.getMessage().contains("deviceaccess.alias.nic7"), unknown.getMessage());
        assertTrue(unknown.getMessage().contains("[a, b]"), unknown.getMessage());
        assertThrows(InvalidAddressException.class, () -> devices.access("a"));
    }

    @Test
    void automaticChoiceTakesTheProtectedBackend() {
        assertEquals(
                "iso:0000:00:10.0", opened(devices(OPEN, REFUSING, ISOLATED).build(), "0000:00:10.0?unsafe=true"));
    }

    @Test
    void automaticChoiceTakesNoUnprotectedBackendUnlessThatWasSaid() {
        Devices devices = devices(OPEN, REFUSING).build();
        var error = assertThrows(NoBackendException.class, () -> devices.access("0000:00:10.0"));
        assertTrue(error.getMessage().contains("DA-UNSAFE-NOT-ALLOWED"), error.getMessage());
        assertTrue(error.getMessage().contains("DA-DEVICE-NOT-BOUND: bound to e1000e"), error.getMessage());
        assertTrue(error.getMessage().contains("remedy: bind it"), error.getMessage());
        assertEquals("bare:0000:00:10.0?unsafe=true", opened(devices, "0000:00:10.0?unsafe=true"));
    }

    @Test
    void aLookupTellsEveryVerdictAndOpensNothing() {
        Lookup lookup = devices(OPEN, REFUSING, ISOLATED).build().lookup("0000:00:10.0");
        assertEquals(
                List.of("iso", "bare", "refusing"),
                lookup.verdicts().stream().map(Verdict::provider).toList());
        assertEquals("iso:0000:00:10.0", lookup.chosen().orElseThrow().toString());
        assertTrue(lookup.table().contains("iso       available    trust IOMMU"), lookup.table());
    }

    @Test
    void aProviderOfAnotherLevelIsRefusedAndTheOthersWork() {
        StubProvider newer = new StubProvider("newer", 2, List.of(), ISOLATED.verdict());
        Devices devices = devices(newer, ISOLATED).build();
        var error = assertThrows(IncompatibleProviderException.class, () -> devices.access("newer:x"));
        assertTrue(error.getMessage().contains("SPI level 2"), error.getMessage());
        assertEquals("iso:0000:00:10.0", opened(devices, "0000:00:10.0"));
    }

    @Test
    void twoProvidersOfOneNameAreRefused() {
        Devices devices = devices(ISOLATED, ISOLATED).build();
        assertThrows(BrokenProviderException.class, () -> devices.access("iso:x"));
    }

    @Test
    void aProviderThatThrowsSomethingElseIsReportedWithItsCause() {
        StubProvider throwing = new StubProvider("bad", 1, List.of(), (address, options) -> {
            throw new ArithmeticException("oops");
        });
        Devices devices = devices(throwing, ISOLATED).build();
        Lookup lookup = devices.lookup("0000:00:10.0");
        assertEquals("iso:0000:00:10.0", lookup.chosen().orElseThrow().toString());
        Unavailable verdict =
                assertInstanceOf(Unavailable.class, lookup.verdicts().get(1).availability());
        assertEquals(ErrorCode.PROVIDER_BROKEN, verdict.reason());
        assertTrue(verdict.detail().contains("oops"), verdict.detail());
    }

    @Test
    void aProviderThatCannotBeLoadedNeverHidesTheOthers() throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(
                services.resolve(DeviceAccessProvider.class.getName()),
                "org.deviceaccess.absent.Gone\n" + LoadableProvider.class.getName() + "\n");
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            Devices devices = Devices.builder().classLoader(loader).build();
            assertEquals("loadable:x", opened(devices, "loadable:x"));
            List<Refused> refused = devices.providers().stream()
                    .filter(Refused.class::isInstance)
                    .map(Refused.class::cast)
                    .toList();
            assertEquals(1, refused.size());
            assertTrue(refused.getFirst().error().getMessage().contains("org.deviceaccess.absent.Gone"));
        }
    }

    @Test
    void aNamedConfigurationFileThatIsMissingIsAnError() {
        Devices.Builder builder = devices(ISOLATED).properties(Map.of("deviceaccess.config", "nowhere.properties"));
        var error = assertThrows(InvalidOptionException.class, builder::build);
        assertTrue(error.getMessage().contains("nowhere.properties"), error.getMessage());
    }

    @Test
    void garbageInTheConfigurationFileIsAnError() throws IOException {
        configure("deviceaccess.backend=\\u12");
        assertThrows(InvalidOptionException.class, () -> devices(ISOLATED).build());
        configure("devicaccess.backend=iso");
        var error = assertThrows(
                InvalidOptionException.class, () -> devices(ISOLATED).build());
        assertTrue(error.getMessage().contains("devicaccess.backend"), error.getMessage());
    }

    @Test
    void twoConfigurationsInOneProcessDoNotMeet() {
        Devices one = devices(ISOLATED)
                .properties(Map.of("deviceaccess.iso.level", "1"))
                .build();
        Devices two = devices(ISOLATED)
                .properties(Map.of("deviceaccess.iso.level", "2"))
                .build();
        assertEquals("iso:x?level=1", opened(one, "iso:x"));
        assertEquals("iso:x?level=2", opened(two, "iso:x"));
    }
}
