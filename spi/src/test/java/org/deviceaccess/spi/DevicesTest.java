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
import java.util.Set;
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
    void anUnknownOptionOfTheEnvironmentIsRefusedUnlessItIsAnotherBackends() {
        StubProvider longer =
                StubProvider.trusting("iso-bare", TrustLevel.IOMMU).withOptions(Devices.UNSAFE);
        Devices devices = devices(ISOLATED, longer)
                .environment(Map.of("DEVICEACCESS_ISO_BARE_UNSAFE", "true"))
                .build();
        assertEquals("iso:x", opened(devices, "iso:x"));
        assertEquals("iso-bare:x?unsafe=true", opened(devices, "iso-bare:x"));
        Devices wrong = devices(ISOLATED, longer)
                .environment(Map.of("DEVICEACCESS_ISO_LVL", "1"))
                .build();
        var error = assertThrows(UnknownOptionException.class, () -> wrong.access("iso:x"));
        assertTrue(error.getMessage().contains("DEVICEACCESS_ISO_LVL"), error.getMessage());
    }

    @Test
    void aKeyThatNobodyReadsIsAnError() throws IOException {
        configure("deviceaccess.bakend=iso");
        var error = assertThrows(
                InvalidOptionException.class, () -> devices(ISOLATED).build());
        assertTrue(error.getMessage().contains("deviceaccess.bakend"), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("deviceaccess.backend=BACKEND"), error.getMessage());
        configure();
        assertThrows(
                InvalidOptionException.class,
                () -> devices(ISOLATED)
                        .properties(Map.of("deviceaccess.bakend", "iso"))
                        .build());
    }

    /** Whatever is mistyped, it is an error where it is said, and names what may have been meant. */
    @Test
    void aMistypedKeyIsAnErrorEverywhereAndNamesWhatIsMostLikeIt() throws IOException {
        StubProvider longer =
                StubProvider.trusting("iso-bare", TrustLevel.IOMMU).withOptions(Devices.UNSAFE);
        Map<String, String> mistyped = Map.of(
                "deviceaccess.bakend", "deviceaccess.backend",
                "deviceaccess.alis.nic0", "deviceaccess.alias.nic0",
                "deviceaccess.iso-bar.unsafe", "deviceaccess.iso-bare.unsafe",
                "deviceaccess.isso.level", "deviceaccess.iso.level",
                "deviceaccess.confg", "deviceaccess.config");
        for (Map.Entry<String, String> entry : mistyped.entrySet()) {
            String key = entry.getKey();
            configure(key + "=x");
            assertNearest(devices(ISOLATED, longer), key, entry.getValue());
            configure();
            assertNearest(devices(ISOLATED, longer).properties(Map.of(key, "x")), key, entry.getValue());
            if (key.contains("iso-bar.")) {
                continue; // DEVICEACCESS_ISO_BAR_UNSAFE is taken for an option of iso, which refuses it
            }
            String variable = ConfigurationKeys.variable(key);
            assertNearest(
                    devices(ISOLATED, longer).environment(Map.of(variable, "x")),
                    variable,
                    ConfigurationKeys.variable(entry.getValue()));
        }
        for (String key :
                List.of("deviceaccess.", "deviceaccess.alias.", "deviceaccess.iso.", "deviceaccess.zzzzzzz")) {
            Devices.Builder builder = devices(ISOLATED).properties(Map.of(key, "x"));
            assertThrows(InvalidOptionException.class, builder::build, key);
        }
    }

    private static void assertNearest(Devices.Builder builder, String key, String nearest) {
        var error = assertThrows(InvalidOptionException.class, builder::build, key);
        assertTrue(error.getMessage().contains("'" + key + "'; most like it: " + nearest), error.getMessage());
    }

    @Test
    void whatOthersSayToEachOtherIsNoMistypedKey() {
        devices(ISOLATED)
                .environment(Map.of("DEVICEACCESS_TESTBED", "vfio", "DEVICEACCESS_CACHE", "/x", "HOME", "/root"))
                .properties(Map.of("deviceaccess.test.rounds", "1", "org.deviceaccess", "x"))
                .build();
    }

    @Test
    void theBackendIsConfiguredByPropertyBeforeEnvironmentBeforeFile() throws IOException {
        configure("deviceaccess.backend=one");
        DeviceAccessProvider[] three = {
            StubProvider.trusting("one", TrustLevel.NO_DMA),
            StubProvider.trusting("two", TrustLevel.NO_DMA),
            StubProvider.trusting("three", TrustLevel.NO_DMA),
            ISOLATED
        };
        assertEquals("one:0000:00:10.0", opened(devices(three).build(), "0000:00:10.0"));
        Map<String, String> environment = Map.of("DEVICEACCESS_BACKEND", "two");
        assertEquals(
                "two:0000:00:10.0",
                opened(devices(three).environment(environment).build(), "0000:00:10.0"));
        Devices all = devices(three)
                .environment(environment)
                .properties(Map.of("deviceaccess.backend", "three"))
                .build();
        assertEquals("three:0000:00:10.0", opened(all, "0000:00:10.0"));
        assertEquals("iso:0000:00:10.0", opened(all, "iso:0000:00:10.0"));
    }

    @Test
    void theFileIsTheNamedOneElseTheWorkingDirectorysElseTheClassPaths() throws IOException {
        Path onClassPath = Files.createDirectories(directory.resolve("classes"));
        Files.writeString(onClassPath.resolve("deviceaccess.properties"), "deviceaccess.iso.level=1");
        Files.writeString(directory.resolve("named.properties"), "deviceaccess.iso.level=3");
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {onClassPath.toUri().toURL()}, null)) {
            assertEquals(
                    "iso:x?level=1",
                    opened(devices(ISOLATED).classLoader(loader).build(), "iso:x"));
            configure("deviceaccess.iso.level=2");
            assertEquals(
                    "iso:x?level=2",
                    opened(devices(ISOLATED).classLoader(loader).build(), "iso:x"));
            assertEquals(
                    "iso:x?level=3",
                    opened(
                            devices(ISOLATED)
                                    .classLoader(loader)
                                    .environment(Map.of("DEVICEACCESS_CONFIG", "named.properties"))
                                    .build(),
                            "iso:x"));
        }
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
    void anExplicitChoiceNeverFallsBack() throws IOException {
        for (String address : List.of("refusing:0000:00:10.0", "0000:00:10.0", "nic0")) {
            configure("deviceaccess.backend=refusing", "deviceaccess.alias.nic0=refusing:0000:00:10.0");
            Lookup lookup = devices(ISOLATED, REFUSING).build().lookup(address);
            assertEquals(
                    List.of("refusing"),
                    lookup.verdicts().stream().map(Verdict::provider).toList());
            assertTrue(lookup.chosen().isEmpty(), lookup::table);
        }
    }

    @Test
    void anAliasOfABareAddressLeavesTheChoiceOpen() throws IOException {
        configure("deviceaccess.alias.nic0=0000:00:13.0");
        assertEquals("iso:0000:00:13.0", opened(devices(OPEN, ISOLATED).build(), "nic0"));
        Devices configured = devices(OPEN, ISOLATED)
                .environment(Map.of("DEVICEACCESS_BACKEND", "bare", "DEVICEACCESS_ALIAS_NIC1", "0000:00:14.0"))
                .build();
        assertEquals("bare:0000:00:13.0", opened(configured, "nic0"));
        assertEquals("bare:0000:00:14.0", opened(configured, "nic1"));
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
    void automaticChoiceTakesABackendWithoutDmaUnasked() {
        StubProvider without = StubProvider.trusting("nodma", TrustLevel.NO_DMA).withOptions(Devices.UNSAFE);
        assertEquals(
                "nodma:0000:00:10.0", opened(devices(OPEN, without, REFUSING).build(), "0000:00:10.0"));
        assertEquals("iso:0000:00:10.0", opened(devices(without, ISOLATED).build(), "0000:00:10.0"));
        assertEquals(
                "nodma:0000:00:10.0?unsafe=true",
                opened(devices(OPEN, without).build(), "0000:00:10.0?unsafe=true"),
                "allowed is not wanted");
    }

    @Test
    void consentCountsWhereverItIsSaidAndItsRemedyIsAnAddress() throws IOException {
        Devices silent = devices(OPEN.withOptions(Devices.UNSAFE, LEVEL)).build();
        Unavailable refusal = assertInstanceOf(
                Unavailable.class,
                silent.lookup("0000:00:10.0?level=5").verdicts().getFirst().availability());
        assertEquals(ErrorCode.UNSAFE_NOT_ALLOWED, refusal.reason());
        String remedy = String.valueOf(refusal.remedy());
        DeviceAddress advised = DeviceAddress.parse(remedy.substring(remedy.lastIndexOf(' ') + 1));
        assertEquals(Map.of("unsafe", "true", "level", "5"), advised.options());
        assertEquals("bare", silent.access(advised).address().backend());
        configure("deviceaccess.bare.unsafe=true");
        assertEquals("bare:0000:00:10.0?unsafe=true", opened(devices(OPEN).build(), "0000:00:10.0"));
        assertEquals(
                List.of(ErrorCode.UNSAFE_NOT_ALLOWED),
                reasons(devices(OPEN).build().lookup("0000:00:10.0?unsafe=false")));
    }

    private static List<ErrorCode> reasons(Lookup lookup) {
        return lookup.verdicts().stream()
                .map(verdict -> assertInstanceOf(Unavailable.class, verdict.availability())
                        .reason())
                .toList();
    }

    @Test
    void anOptionThatSomeBackendsDoNotHaveRulesThemOut() {
        Lookup lookup = devices(OPEN, ISOLATED).build().lookup("0000:00:10.0?level=3");
        assertEquals("iso:0000:00:10.0?level=3", lookup.chosen().orElseThrow().toString());
        Lookup neither = devices(OPEN, ISOLATED).build().lookup("0000:00:10.0?size=3");
        assertEquals(List.of(ErrorCode.OPTION_UNKNOWN, ErrorCode.OPTION_UNKNOWN), reasons(neither));
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
        assertEquals(List.of(ErrorCode.PROVIDER_LEVEL), reasons(devices.lookup("newer:x")));
    }

    /** Each is broken in a way of its own, and none keeps the one that works from being chosen. */
    @Test
    void aBrokenProviderIsIsolated() {
        List<DeviceAccessProvider> broken = List.of(
                new StubProvider("nothing", 1, List.of(LEVEL), (address, options) -> null),
                new StubProvider("No Name", 1, List.of(), ISOLATED.verdict()),
                new StubProvider("linkless", 1, List.of(LEVEL), (address, options) -> {
                    throw new NoSuchMethodError("gone");
                }),
                new StubProvider(
                        "parser",
                        1,
                        List.of(new OptionKey<>("level", "", "", "", text -> {
                            throw new IllegalStateException("cannot parse");
                        })),
                        ISOLATED.verdict()),
                new BrokenOptions());
        for (DeviceAccessProvider provider : broken) {
            Devices devices = devices(provider, ISOLATED).build();
            Lookup lookup = devices.lookup("0000:00:10.0?level=1");
            assertEquals(
                    "iso:0000:00:10.0?level=1", lookup.chosen().orElseThrow().toString());
            assertEquals(
                    ErrorCode.PROVIDER_BROKEN,
                    assertInstanceOf(Unavailable.class, lookup.verdicts().get(1).availability())
                            .reason(),
                    lookup::table);
        }
        assertThrows(
                BrokenProviderException.class,
                () -> devices(new BrokenOptions()).build().access("optionless:x"));
    }

    /** A provider that throws when it is asked for its options. */
    private static final class BrokenOptions implements DeviceAccessProvider {
        @Override
        public String name() {
            return "optionless";
        }

        @Override
        public int spiLevel() {
            return 1;
        }

        @Override
        public String description() {
            return "throws";
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public List<OptionKey<?>> options() {
            throw new IllegalArgumentException("no options here");
        }

        @Override
        public List<DeviceSummary> discover() {
            return List.of();
        }

        @Override
        public Availability probe(DeviceAddress address, Options options) {
            return new Availability.Available(TrustLevel.IOMMU);
        }

        @Override
        public DeviceAccess open(DeviceAddress address, Options options) {
            return new StubDevice(address);
        }
    }

    @Test
    void aLookupTableHasProviderVerdictReasonAndRemedy() {
        String table = devices(REFUSING, OPEN, ISOLATED, new StubProvider("newer", 2, List.of(), ISOLATED.verdict()))
                .build()
                .lookup("0000:00:10.0")
                .table();
        assertEquals(
                List.of(
                        "  iso       available    trust IOMMU",
                        "  bare      unavailable  DA-UNSAFE-NOT-ALLOWED: it would give the device unprotected access to"
                                + " all memory",
                        "            remedy: If the device and its driver are trusted, say so:"
                                + " bare:0000:00:10.0?unsafe=true",
                        "  refusing  unavailable  DA-DEVICE-NOT-BOUND: bound to e1000e",
                        "            remedy: bind it",
                        "  newer     unavailable  DA-PROVIDER-LEVEL: its provider " + StubProvider.class.getName()
                                + " was made for SPI level 2, this version speaks level 1",
                        "            remedy: Use versions of deviceaccess-spi and of the backend that belong together"),
                table.lines().toList());
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
