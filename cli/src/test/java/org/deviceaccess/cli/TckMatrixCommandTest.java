// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.tck.spec.Profile;
import org.deviceaccess.tck.spec.Requirement;
import org.deviceaccess.tck.spec.Specification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports that were made up, as backends would leave them. */
class TckMatrixCommandTest {
    private static final List<String> ALL = List.of("CONFIG_SPACE", "INTX", "MSI", "DMA", "DMA_MAP");
    private static final String A_CORE_MUST = Specification.ofBackends().requirements().stream()
            .filter(requirement -> requirement.testable()
                    && requirement.profile() == Profile.CORE
                    && requirement.claims().isEmpty())
            .map(Requirement::id)
            .findFirst()
            .orElseThrow();

    @TempDir
    Path directory = Path.of("");

    /** Makes the report of a backend whose device claims this, and over which all passes that can. */
    private static ObjectNode report(String address, String trust, List<String> capabilities) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("specificationVersion", Specification.ofBackends().version());
        ObjectNode device = root.putObject("device").put("address", address).put("trust", trust);
        ArrayNode claims = device.putArray("capabilities");
        capabilities.forEach(claims::add);
        ArrayNode results = root.putArray("requirements");
        for (Requirement requirement : Specification.ofBackends().requirements()) {
            ObjectNode result = results.addObject().put("id", requirement.id());
            if (!requirement.testable()) {
                result.put("outcome", "untestable").put("reason", "cannot be");
            } else if (isClaimed(requirement, trust, capabilities)) {
                result.put("outcome", "passed");
            } else {
                result.put("outcome", "not-claimed").put("reason", "the device does not claim it");
            }
        }
        return root;
    }

    private static boolean isClaimed(Requirement requirement, String trust, List<String> capabilities) {
        Set<Capability> any = requirement.profile().anyOf();
        return (any.isEmpty() || any.stream().anyMatch(capability -> capabilities.contains(capability.name())))
                && (requirement.profile() != Profile.IOMMU || !trust.equals("unprotected"))
                && requirement.claims().stream().allMatch(claim -> capabilities.contains(claim.name()));
    }

    private static void set(ObjectNode report, String id, String outcome, String reason) {
        for (JsonNode result : report.get("requirements")) {
            if (result.get("id").asText().equals(id)) {
                ((ObjectNode) result).put("outcome", outcome).put("reason", reason);
            }
        }
    }

    private void leave(String name, ObjectNode report) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.writeString(folder.resolve("conformance.json"), report.toString());
    }

    private CommandRun matrix(String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "tck-matrix";
        arguments[1] = directory.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return CommandRun.of(arguments);
    }

    @Test
    void differencesByCapabilityAreExplained() throws IOException {
        leave("a", report("vfio:0000:00:10.0", "iommu", ALL));
        leave("b", report("vfio-noiommu:0000:00:10.0?unsafe=true", "unprotected", ALL));
        leave("c/deep", report("uio:0000:00:10.0", "no-dma", List.of("CONFIG_SPACE", "UIO_INTERRUPT")));
        CommandRun run = matrix("--report", directory.resolve("matrix").toString());
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("unexplained: none"), run.out());
        assertTrue(run.out().contains("| vfio-noiommu?unsafe=true | UNPROTECTED | "), run.out());
        String page = Files.readString(directory.resolve("matrix/matrix.md"));
        assertTrue(page.contains("| requirement | level | vfio | vfio-noiommu?unsafe=true | uio |"), page);
        assertTrue(
                page.lines()
                        .anyMatch(line ->
                                line.startsWith("| DA-DMA-001 ") && line.endsWith("| passed | passed | not claimed |")),
                page);
        assertTrue(page.contains("The device uio:0000:00:10.0 claims CONFIG_SPACE, UIO_INTERRUPT."), page);
        JsonNode json = Refusal.json(Files.readString(directory.resolve("matrix/matrix.json")));
        assertEquals(json, matrix("--json").json());
        assertEquals(
                Specification.ofBackends().requirements().size(),
                json.get("requirements").size());
        assertEquals("vfio", json.at("/backends/0/name").asText());
        assertEquals(0, json.get("objections").size());
    }

    private void assertObjection(ObjectNode second, String what) throws IOException {
        leave("a", report("vfio:0000:00:10.0", "iommu", ALL));
        leave("b", second);
        CommandRun run = matrix();
        assertEquals(1, run.exitCode(), run.out());
        assertTrue(run.out().contains(what), run.out());
        assertEquals(1, matrix("--json").json().get("objections").size(), run.out());
    }

    @Test
    void aFailureIsUnexplained() throws IOException {
        ObjectNode report = report("sim:edu", "simulated", ALL);
        set(report, A_CORE_MUST, "failed", "it read 7");
        assertObjection(report, A_CORE_MUST + " over sim: it failed: it read 7");
    }

    @Test
    void whatWasLeftOutIsUnexplained() throws IOException {
        ObjectNode report = report("sim:edu", "simulated", ALL);
        set(report, A_CORE_MUST, "excluded", "no time");
        assertObjection(report, A_CORE_MUST + " over sim: it was left out: no time");
    }

    @Test
    void whatIsClaimedCannotBeNotClaimed() throws IOException {
        ObjectNode report = report("sim:edu", "simulated", ALL);
        set(report, "DA-DMA-001", "not-claimed", "the device does not claim DMA");
        assertObjection(report, "DA-DMA-001 over sim: it is called not claimed, and all that it needs is claimed");
    }

    @Test
    void whatOneTriedAnotherThatClaimsTheSameMustTry() throws IOException {
        ObjectNode report = report("other:edu", "iommu", ALL);
        set(report, A_CORE_MUST, "inapplicable", "no mood");
        assertObjection(report, "it was not tried (no mood), but was over vfio");
        ObjectNode differing = report("other:edu", "simulated", ALL);
        set(differing, A_CORE_MUST, "inapplicable", "nothing to try it with");
        leave("b", differing);
        assertEquals(0, matrix().exitCode());
    }

    @Test
    void aRequirementThatWasNotAskedForIsUnexplained() throws IOException {
        ObjectNode report = report("sim:edu", "simulated", ALL);
        ((ArrayNode) report.get("requirements")).remove(0);
        assertObjection(report, "it was not asked for");
    }

    @Test
    void aReportOnOtherRequirementsIsUnexplained() throws IOException {
        ObjectNode report = report("sim:edu", "simulated", ALL);
        report.put("specificationVersion", "0.0");
        assertObjection(report, "all over sim: it is a report on version 0.0");
    }

    @Test
    void twoReportsOnOneBackendAreToldApart() throws IOException {
        leave("a", report("vfio:0000:00:10.0", "iommu", ALL));
        leave("b", report("vfio:0000:00:10.0", "iommu", ALL));
        String out = matrix().out();
        assertTrue(out.contains("| vfio (" + directory.resolve("a/conformance.json") + ") |"), out);
        assertTrue(out.contains("| vfio (" + directory.resolve("b/conformance.json") + ") |"), out);
    }

    @Test
    void withoutReportsNothingIsProved() throws IOException {
        assertEquals(3, matrix().exitCode());
        assertEquals(
                2,
                CommandRun.of("tck-matrix", directory.resolve("gone").toString())
                        .exitCode());
        Files.writeString(directory.resolve("conformance.json"), "{}");
        CommandRun garbage = matrix();
        assertEquals(2, garbage.exitCode());
        assertTrue(garbage.err().contains("it has no field 'requirements'"), garbage.err());
    }
}
