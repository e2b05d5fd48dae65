// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The commands that show: list, info, backends, doctor. */
class ShowCommandsTest {
    private static final List<DeviceAccessProvider> BACKENDS = List.of(
            new FakeProvider("fake", 1, TrustLevel.IOMMU),
            new FakeProvider("old", 0, TrustLevel.IOMMU),
            new SimProvider());

    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), text);
    }

    private static List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(node -> texts.add(node.get(field).asText()));
        return texts;
    }

    @Nested
    class ListCommandTest {
        @Test
        void showsPciDevicesFirstAndWhatCanOpenThem() {
            CommandRun run = CommandRun.with(BACKENDS, "list");
            assertEquals(0, run.exitCode(), run.err());
            List<String> lines = run.out().lines().toList();
            assertTrue(
                    lines.get(1).matches("0000:00:12\\.0 +1b36:0010 +mass storage +- +- +fake: ready \\(IOMMU\\)"),
                    run.out());
            assertTrue(
                    lines.get(2).matches("0000:00:13\\.0 +8086:10d3 +network +e1000e +7 +fake: DA-DEVICE-NOT-BOUND"),
                    run.out());
            assertTrue(lines.get(3).startsWith("sim:e1000e "), run.out());
            assertContains(run.out(), "deviceaccess info ADDRESS");
        }

        @Test
        void tellsAProgramTheSame() {
            JsonNode devices =
                    CommandRun.with(BACKENDS, "list", "--json").json().get("devices");
            assertEquals(
                    List.of(
                            "0000:00:12.0",
                            "0000:00:13.0",
                            "sim:e1000e",
                            "sim:edu",
                            "sim:nvme",
                            "sim:virtio-blk",
                            "sim:virtio-net",
                            "sim:virtio-rng"),
                    texts(devices, "address"));
            JsonNode refused = devices.get(1).get("verdicts").get(0);
            assertEquals("DA-DEVICE-NOT-BOUND", refused.get("reason").textValue());
            assertEquals("bind it to something else", refused.get("remedy").textValue());
            assertEquals(
                    "e1000e", devices.get(1).get("attributes").get("driver").textValue());
        }

        @Test
        void aDeviceThatTwoBackendsKnowIsOneDevice() {
            CommandRun run = CommandRun.with(
                    List.of(
                            new FakeProvider("fake", 1, TrustLevel.IOMMU),
                            new FakeProvider("other", 1, TrustLevel.NO_DMA)),
                    "list");
            assertContains(run.out(), "fake: ready (IOMMU), other: ready (NO_DMA)");
            assertEquals(
                    1,
                    run.out()
                            .lines()
                            .filter(line -> line.startsWith("0000:00:12.0"))
                            .count());
        }

        @Test
        void aBackendThatBreaksDoesNotHideTheOthers() {
            DeviceAccessProvider breaking = new FakeProvider("breaking", 1, TrustLevel.IOMMU) {
                @Override
                public List<DeviceSummary> discover() {
                    throw new IllegalArgumentException("out of order");
                }
            };
            CommandRun run = CommandRun.with(List.of(breaking, new SimProvider()), "list");
            assertEquals(1, run.exitCode());
            assertContains(run.out(), "sim:edu");
            assertContains(run.err(), "breaking could not list its devices");
            assertContains(run.err(), "out of order");
        }

        @Test
        void withoutBackendsItSaysSo() {
            CommandRun run = CommandRun.with(List.of(), "list");
            assertEquals(0, run.exitCode());
            assertContains(run.out(), "No backend knows of any device.");
        }
    }

    @Nested
    class InfoCommandTest {
        @Test
        void showsAllOfADevice() {
            CommandRun run = CommandRun.of("info", "sim:edu");
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.out().matches("(?s).*PCI id +1234:11e8.*"), run.out());
            assertTrue(run.out().matches("(?s).*BAR0 +1 MiB +MEMORY +rw +32,64.*"), run.out());
            assertTrue(run.out().matches("(?s).*MSI +1 +.*"), run.out());
            assertTrue(run.out().matches("(?s).*drivers +edu\\R.*"), run.out());
            assertContains(run.out(), "0x1000-0xfedfffff");
        }

        @Test
        void tellsAProgramTheSame() {
            JsonNode info =
                    CommandRun.of("info", "--json", "sim:edu?iova-bits=30").json();
            assertTrue(info.get("open").booleanValue());
            assertEquals("SIMULATED", info.get("trust").textValue());
            assertEquals(List.of("BAR0", "CONFIG"), texts(info.get("regions"), "id"));
            assertEquals(List.of("INTX", "MSI"), texts(info.get("interrupts"), "kind"));
            assertEquals(List.of("edu"), texts(info.get("drivers"), "name"));
            assertEquals(
                    "0x3fffffff",
                    info.get("dma").get("ranges").get(0).get("last").textValue());
            assertEquals(List.of("MSI"), texts(info.get("pciCapabilities"), "name"));
        }

        @Test
        void saysWhyADeviceCannotBeOpened() {
            CommandRun run = CommandRun.with(BACKENDS, "info", "fake:0000:00:13.0");
            assertEquals(1, run.exitCode());
            assertContains(run.err(), "DA-DEVICE-NOT-BOUND: ");
            assertContains(run.err(), "remedy: bind it to something else");
            assertContains(run.err(), "deviceaccess errors DA-DEVICE-NOT-BOUND");
        }

        @Test
        void saysOfABareAddressWhatEveryBackendSays() {
            CommandRun run = CommandRun.with(BACKENDS, "info", "0000:00:13.0");
            assertEquals(1, run.exitCode());
            assertContains(run.err(), "DA-BACKEND-NONE");
            assertContains(run.err(), "DA-DEVICE-NOT-BOUND");
            assertContains(run.err(), "DA-PROVIDER-LEVEL");
            assertContains(run.err(), "DA-DEVICE-NOT-FOUND");
            JsonNode json =
                    CommandRun.with(BACKENDS, "info", "--json", "0000:00:13.0").json();
            assertFalse(json.get("open").booleanValue());
            assertEquals("DA-BACKEND-NONE", json.get("error").get("code").textValue());
            assertEquals(List.of("fake", "sim", "old"), texts(json.get("verdicts"), "backend"));
        }
    }

    @Nested
    class BackendsCommandTest {
        @Test
        void showsOptionsAndWhatCannotBeUsed() {
            CommandRun run = CommandRun.with(BACKENDS, "backends");
            assertEquals(0, run.exitCode());
            assertTrue(run.out().matches("(?s).*loud +true\\|false +false +says more.*"), run.out());
            assertContains(run.out(), "cannot be used: DA-PROVIDER-LEVEL");
            assertContains(run.out(), "made for SPI level 0");
        }

        @Test
        void showsOneAlone() {
            CommandRun run = CommandRun.with(BACKENDS, "backends", "sim");
            assertTrue(run.out().startsWith("sim"), run.out());
            assertFalse(run.out().contains("fake"), run.out());
            CommandRun unknown = CommandRun.with(BACKENDS, "backends", "sin");
            assertEquals(2, unknown.exitCode());
            assertContains(unknown.err(), "fake, old, sim");
        }

        @Test
        void tellsAProgramTheSame() {
            JsonNode backends = CommandRun.with(BACKENDS, "backends", "--json").json();
            assertEquals(List.of("fake", "old", "sim"), texts(backends, "name"));
            assertEquals(List.of("true", "false", "true"), texts(backends, "usable"));
            assertEquals(
                    "DA-PROVIDER-LEVEL",
                    backends.get(1).get("error").get("code").textValue());
            assertEquals(List.of("loud"), texts(backends.get(0).get("options"), "name"));
        }
    }

    @Nested
    class DoctorCommandTest {
        @Test
        void showsProblemsWithTheirRemedies() {
            CommandRun run = CommandRun.with(BACKENDS, "doctor");
            assertEquals(1, run.exitCode());
            assertTrue(run.out().matches("(?s).*PROBLEM +bolts +fake +one is loose\\R.*"), run.out());
            assertTrue(
                    run.out().matches("(?s).*What to do\\R  PROBLEM bolts \\(fake\\)\\R    tighten it\\R.*"),
                    run.out());
            assertTrue(run.out().matches("(?s).*PROBLEM +backend old +old +DA-PROVIDER-LEVEL: .*"), run.out());
            assertContains(run.out(), "fake: not ready");
            assertContains(run.out(), "sim: needs nothing of the machine");
        }

        @Test
        void isWellIfOneOfThoseThatNeedSomethingHasIt() {
            DeviceAccessProvider ready = new FakeProvider("ready", 1, TrustLevel.IOMMU) {
                @Override
                public List<Finding> diagnose() {
                    return List.of(
                            new Finding("kernel", Finding.Severity.OK, "is there", null),
                            new Finding("bolts", Finding.Severity.WARNING, "one is old", null));
                }
            };
            CommandRun run = CommandRun.with(List.of(ready, BACKENDS.get(0)), "doctor");
            assertEquals(0, run.exitCode(), run.out());
            assertContains(run.out(), "ready: ready");
            assertEquals(
                    0, CommandRun.with(List.of(new SimProvider()), "doctor").exitCode());
        }

        @Test
        void whatTwoBackendsFindAlikeIsThereOnce() {
            List<DeviceAccessProvider> twins = List.of(
                    new FakeProvider("one", 1, TrustLevel.IOMMU), new FakeProvider("two", 1, TrustLevel.NO_DMA));
            String out = CommandRun.with(twins, "doctor").out();
            assertEquals(
                    1,
                    out.lines()
                            .filter(line -> line.startsWith("PROBLEM  bolts"))
                            .count(),
                    out);
            assertTrue(out.matches("(?s).*PROBLEM +bolts +one,two +one is loose.*"), out);
            JsonNode json = CommandRun.with(twins, "doctor", "--json").json();
            assertEquals(List.of("kernel", "bolts"), texts(json.get("findings"), "topic"));
            assertEquals("[\"one\",\"two\"]", json.at("/findings/1/backends").toString());
        }

        @Test
        void aBackendThatCannotLookDoesNotHideTheOthers() {
            DeviceAccessProvider blind = new FakeProvider("blind", 1, TrustLevel.IOMMU) {
                @Override
                public List<Finding> diagnose() {
                    throw new NoClassDefFoundError("eyes");
                }
            };
            String out =
                    CommandRun.with(List.of(blind, BACKENDS.get(0)), "doctor").out();
            assertTrue(out.matches("(?s).*PROBLEM +backend blind +blind +.*eyes.*"), out);
            assertContains(out, "bolts");
        }

        @Test
        void aDeviceThatCanBeOpenedIsWell() {
            CommandRun run = CommandRun.with(BACKENDS, "doctor", "0000:00:12.0");
            assertEquals(0, run.exitCode(), run.out());
            assertContains(run.out(), "It would be opened as fake:0000:00:12.0");
            assertEquals(1, CommandRun.with(BACKENDS, "doctor", "0000:00:13.0").exitCode());
        }

        @Test
        void ofANamedBackendItShowsWhatTheOthersSayAndDoesNotFallBack() {
            List<DeviceAccessProvider> both = List.of(
                    new FakeProvider("fake", 1, TrustLevel.IOMMU), new FakeProvider("other", 1, TrustLevel.NO_DMA) {
                        @Override
                        public Availability probe(DeviceAddress address, Options options) {
                            return new Availability.Available(TrustLevel.NO_DMA);
                        }
                    });
            CommandRun run = CommandRun.with(both, "doctor", "fake:0000:00:13.0");
            assertEquals(1, run.exitCode(), run.out());
            assertContains(run.out(), "fake   unavailable  DA-DEVICE-NOT-BOUND: it is bound to e1000e");
            assertContains(run.out(), "remedy: bind it to something else");
            assertContains(run.out(), "other  available    trust NO_DMA");
            assertContains(run.out(), "It cannot be opened over fake");
        }

        @Test
        void aWrongAddressIsWrongUsage() {
            assertEquals(2, CommandRun.with(BACKENDS, "doctor", "fake:").exitCode());
            assertEquals(
                    2, CommandRun.with(BACKENDS, "doctor", "fale:0000:00:12.0").exitCode());
            assertEquals(
                    2,
                    CommandRun.with(BACKENDS, "doctor", "fake:0000:00:12.0?lout=true")
                            .exitCode());
        }

        @Test
        void tellsAProgramTheSame() {
            JsonNode json = CommandRun.with(BACKENDS, "doctor", "--json", "0000:00:12.0")
                    .json();
            assertEquals(List.of("kernel", "bolts", "backend old"), texts(json.get("findings"), "topic"));
            assertEquals(List.of("OK", "PROBLEM", "PROBLEM"), texts(json.get("findings"), "severity"));
            assertEquals("tighten it", json.at("/findings/1/remedy").textValue());
            assertEquals(
                    "{\"fake\":false,\"old\":false,\"sim\":true}",
                    json.get("ready").toString());
            assertEquals("fake:0000:00:12.0", json.at("/device/chosen").textValue());
            assertEquals(List.of("fake", "sim", "old"), texts(json.at("/device/verdicts"), "backend"));
        }
    }
}
