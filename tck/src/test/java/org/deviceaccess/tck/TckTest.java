// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.NoDriverException;
import org.deviceaccess.spi.error.UnknownBackendException;
import org.deviceaccess.tck.report.ConformancePage;
import org.deviceaccess.tck.report.ConsoleTable;
import org.deviceaccess.tck.report.Judgement;
import org.deviceaccess.tck.report.Outcome;
import org.deviceaccess.tck.report.RequirementResult;
import org.deviceaccess.tck.report.StoredReport;
import org.deviceaccess.tck.report.TckReport;
import org.deviceaccess.tck.report.TestResult;
import org.deviceaccess.tck.spec.Specification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
class TckTest {
    @TempDir
    Path directory;

    @Test
    void simulatedDeviceConforms() throws Exception {
        List<TestResult> heard = new ArrayList<>();
        TckReport report = Tck.run(
                TckConfig.of("sim:edu").withReportDirectory(directory), (result, done, total) -> heard.add(result));
        assertEquals(Set.of(), report.ids(Outcome.FAILED), ConsoleTable.render(report));
        assertEquals(Judgement.CONFORMANT, report.judgement());
        assertEquals(report.tests(), heard);
        assertEquals(
                Specification.ofBackends().requirements().size(),
                report.results().size());
        assertTrue(report.with(Outcome.PASSED).size() >= 130, ConsoleTable.render(report));
        assertTrue(
                report.results().stream()
                        .allMatch(result -> (result.outcome() == Outcome.PASSED) == (result.reason() == null)),
                "every outcome but a pass has a reason");

        JsonNode json = new ObjectMapper().readTree(Files.readString(directory.resolve("conformance.json")));
        assertAll(
                () -> assertEquals("conformant", json.path("judgement").asText()),
                () -> assertEquals("sim", json.at("/provider/name").asText()),
                () -> assertEquals("1234:11e8", json.at("/device/pci").asText()),
                () -> assertEquals("edu", json.at("/device/knownDevice").asText()),
                () -> assertEquals(
                        report.with(Outcome.PASSED).size(),
                        json.at("/counts/passed").asInt()),
                () -> assertEquals(
                        report.results().size(), json.path("requirements").size()));
        String xml = Files.readString(directory.resolve("TEST-junit-jupiter.xml"));
        assertTrue(xml.contains("tests=\"" + report.tests().size() + "\""), xml.substring(0, 500));
        assertEquals(ConsoleTable.render(report), Files.readString(directory.resolve("conformance.txt")));
        assertEquals(ConformancePage.render(report), Files.readString(directory.resolve("conformance.html")));
    }

    @Test
    void reportsOnADriverNameIt() throws Exception {
        TckReport report = Tck.run(TckConfig.ofDriver("sim:nvme").withReportDirectory(directory), TckListener.NONE);
        assertEquals(Judgement.CONFORMANT, report.judgement(), ConsoleTable.render(report));
        assertEquals(
                Specification.ofDrivers(BlockDevice.class).requirements(),
                report.results().stream().map(RequirementResult::requirement).toList());
        JsonNode json = new ObjectMapper().readTree(Files.readString(directory.resolve("conformance.json")));
        assertEquals("nvme", json.at("/driver/name").asText());
        assertTrue(json.at("/driver/writesAllowed").asBoolean());
        String page = Files.readString(directory.resolve("conformance.html"));
        assertTrue(page.contains("NvmeDriverProvider"), page);
        assertEquals(
                "nvme",
                StoredReport.readAll(List.of(directory)).getFirst().driver(),
                "the driver of the report when it is read back");
    }

    @Test
    void driversAreChosenByNameOrNotAtAll() {
        DriverChoice installed = DriverChoice.installed();
        assertThrows(IllegalArgumentException.class, () -> installed.withName("no-such-driver"));
        assertThrows(IllegalArgumentException.class, () -> installed.withPatience(Duration.ZERO));
        TckConfig wrong = TckConfig.ofDriver("sim:edu", installed.withName("nvme"));
        assertThrows(NoDriverException.class, () -> Tck.run(wrong, TckListener.NONE));
        TckConfig right = TckConfig.ofDriver("sim:edu", installed.withName("edu"));
        assertThrows(IllegalArgumentException.class, () -> right.withInclude(Set.of("DA-DMA")));
        TckReport report = Tck.run(right.withInclude(Set.of("DA-DRV-001")), TckListener.NONE);
        assertEquals(Set.of("DA-DRV-001"), report.ids(Outcome.PASSED));
    }

    @Test
    void partOfTheRequirementsIsSaidToBeAPart() {
        TckReport report =
                Tck.run(TckConfig.of("sim:edu").withInclude(Set.of("DA-IDENT", "DA-ERR-001")), TckListener.NONE);
        assertTrue(report.partial());
        assertEquals(12, report.results().size());
        assertEquals(0, report.judgement().exitCode());
        assertTrue(ConsoleTable.render(report).contains("only a part"), ConsoleTable.render(report));
    }

    @Test
    void nothingThatAppliesIsNoSuccess() {
        TckReport report = Tck.run(TckConfig.of("sim:edu").withInclude(Set.of("DA-CONFIG-009")), TckListener.NONE);
        assertEquals(Set.of("DA-CONFIG-009"), report.ids(Outcome.NOT_CLAIMED));
        assertEquals(3, report.judgement().exitCode());
        assertTrue(ConsoleTable.render(report).contains("NOTHING RAN"), ConsoleTable.render(report));
    }

    @Test
    void excludedIsNotPassed() throws Exception {
        Path file = Files.writeString(directory.resolve("exclusions"), """
                # What the board's firmware does wrong.

                DA-IDENT-002 known and being worked on https://example.org/issues/7
                """);
        TckReport report = Tck.run(
                TckConfig.of("sim:edu")
                        .withInclude(Set.of("DA-IDENT-001", "DA-IDENT-002"))
                        .withExclusions(Exclusion.read(file)),
                TckListener.NONE);
        assertEquals(Set.of("DA-IDENT-001"), report.ids(Outcome.PASSED));
        assertEquals(Set.of("DA-IDENT-002"), report.ids(Outcome.EXCLUDED));
        assertEquals(
                "known and being worked on (https://example.org/issues/7)",
                report.with(Outcome.EXCLUDED).getFirst().reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DA-DMA-1 x https://a", "DA-DMA-001 https://a", "DA-DMA-001 reason", "nonsense"})
    void malformedExclusionsAreRefused(String line) throws Exception {
        Path file = Files.writeString(directory.resolve("exclusions"), "\n" + line + "\n");
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Exclusion.read(file));
        assertTrue(refused.getMessage().contains("exclusions:2: '" + line), refused.getMessage());
    }

    @Test
    void unknownRequirementsAreRefused() {
        TckConfig config = TckConfig.of("sim:edu");
        Exclusion unknown = new Exclusion("DA-DMA-999", "r", "https://a");
        Exclusion twice = new Exclusion("DA-DMA-001", "r", "https://a");
        assertThrows(IllegalArgumentException.class, () -> config.withInclude(Set.of("DA-DMA-999")));
        assertThrows(IllegalArgumentException.class, () -> config.withInclude(Set.of("DA-DM")));
        assertThrows(IllegalArgumentException.class, () -> config.withExclusions(List.of(unknown)));
        assertThrows(IllegalArgumentException.class, () -> config.withExclusions(List.of(twice, twice)));
    }

    @Test
    void deviceThatCannotBeOpenedIsSaidAtOnce() {
        assertThrows(DeviceNotFoundException.class, () -> Tck.run(TckConfig.of("sim:no-such-model"), TckListener.NONE));
        assertThrows(UnknownBackendException.class, () -> Tck.run(TckConfig.of("none:x"), TckListener.NONE));
    }
}
