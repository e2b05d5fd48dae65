// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deviceaccess.tck.report.ConformanceMatrix.Objection;
import org.deviceaccess.tck.report.StoredReport.Result;
import org.deviceaccess.tck.spec.Requirement;

/**
 * Renders a matrix for people, in Markdown, and for programs, in JSON.
 *
 * @param matrix the matrix
 */
public record MatrixPage(ConformanceMatrix matrix) {
    private static final List<Outcome> NOT_TRIED =
            List.of(Outcome.FAILED, Outcome.INAPPLICABLE, Outcome.NOT_CLAIMED, Outcome.EXCLUDED);

    /** Returns how many requirements have which outcome over each backend, as a table. */
    public String counts() {
        StringBuilder page = new StringBuilder();
        List<String> header = new ArrayList<>(List.of("backend", "trust"));
        Stream.of(Outcome.values()).map(ConformanceMatrix::words).forEach(header::add);
        row(page, header);
        row(page, header.stream().map(cell -> "---").toList());
        matrix.columns().forEach((column, report) -> {
            List<String> cells = new ArrayList<>(List.of(column, report.trust().name()));
            Stream.of(Outcome.values()).map(report::count).map(Object::toString).forEach(cells::add);
            row(page, cells);
        });
        return page.toString();
    }

    /** Returns the whole: counts, what nothing explains, every requirement over every backend, and the reasons. */
    public String markdown() {
        StringBuilder page = new StringBuilder("# Requirements and backends\n\n");
        page.append(matrix.specification().name())
                .append(", version ")
                .append(matrix.specification().version())
                .append(".\n\n");
        page.append(counts());
        page.append("\n## Differences that nothing explains\n\n");
        List<Objection> objections = matrix.objections();
        page.append(objections.isEmpty() ? "None.\n" : "");
        objections.forEach(objection -> page.append("* ").append(objection).append('\n'));
        page.append("\n## Requirements\n\n");
        List<String> header = new ArrayList<>(List.of("requirement", "level"));
        header.addAll(matrix.columns().keySet());
        row(page, header);
        row(page, header.stream().map(cell -> "---").toList());
        for (Requirement requirement : matrix.specification().requirements()) {
            List<String> cells = new ArrayList<>();
            cells.add(requirement.id() + " " + requirement.title());
            cells.add(requirement.level().name());
            matrix.columns().values().forEach(report -> cells.add(ConformanceMatrix.outcome(requirement, report)));
            row(page, cells);
        }
        page.append("\n## Reasons\n");
        matrix.columns().forEach((column, report) -> appendReasons(page, column, report));
        return page.toString();
    }

    private static void appendReasons(StringBuilder page, String column, StoredReport report) {
        page.append("\n### ").append(column).append("\n\n");
        page.append("The device ").append(report.address()).append(" claims ");
        page.append(report.capabilities().stream().map(Enum::name).collect(Collectors.joining(", ")))
                .append(".\n\n");
        for (Outcome outcome : NOT_TRIED) {
            report.reasons(outcome)
                    .forEach((reason, ids) -> page.append("* ")
                            .append(ConformanceMatrix.words(outcome))
                            .append(", ")
                            .append(oneLine(reason))
                            .append(": ")
                            .append(String.join(" ", ids))
                            .append('\n'));
        }
    }

    private static void row(StringBuilder page, List<String> cells) {
        page.append(cells.stream().map(MatrixPage::oneLine).collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private static String oneLine(String text) {
        return text.lines().collect(Collectors.joining(" ")).replace("|", "\\|");
    }

    /** Returns the same for programs. */
    public ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("specification", matrix.specification().name());
        root.put("specificationVersion", matrix.specification().version());
        ArrayNode backends = root.putArray("backends");
        matrix.columns().forEach((column, report) -> {
            ObjectNode backend = backends.addObject().put("name", column);
            backend.put("address", report.address().toString());
            backend.put("trust", report.trust().name());
            ArrayNode capabilities = backend.putArray("capabilities");
            report.capabilities().forEach(capability -> capabilities.add(capability.name()));
            ObjectNode counts = backend.putObject("counts");
            Stream.of(Outcome.values()).forEach(outcome -> counts.put(outcome.name(), report.count(outcome)));
        });
        ArrayNode requirements = root.putArray("requirements");
        for (Requirement requirement : matrix.specification().requirements()) {
            ObjectNode node = requirements.addObject().put("id", requirement.id());
            node.put("level", requirement.level().name());
            node.put("title", requirement.title());
            ObjectNode results = node.putObject("results");
            for (Map.Entry<String, StoredReport> column : matrix.columns().entrySet()) {
                Result result = column.getValue().results().get(requirement.id());
                if (result != null) {
                    results.putObject(column.getKey())
                            .put("outcome", result.outcome().name())
                            .put("reason", result.reason());
                }
            }
        }
        ArrayNode objections = root.putArray("objections");
        matrix.objections()
                .forEach(objection -> objections
                        .addObject()
                        .put("requirement", objection.id())
                        .put("backend", objection.column())
                        .put("what", objection.what()));
        return root;
    }
}
