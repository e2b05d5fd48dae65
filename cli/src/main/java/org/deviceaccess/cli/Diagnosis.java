// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.ProviderStatus;

/**
 * What the backends found of the machine.
 *
 * @param findings by the names of the backends, sorted; none of a backend that needs nothing
 */
record Diagnosis(Map<String, List<Finding>> findings) {
    /** Something that one or several backends found alike. */
    private record Common(Finding finding, List<String> backends) {
        String forWhom() {
            return String.join(",", backends);
        }
    }

    /** Asks all backends. One that fails does not keep the others from being asked. */
    static Diagnosis of(Devices devices, Progress progress) {
        Map<String, List<Finding>> findings = new TreeMap<>();
        for (ProviderStatus status : devices.providers()) {
            progress.step("asking " + status.name() + " what it finds");
            findings.put(status.name(), examine(status));
        }
        return new Diagnosis(findings);
    }

    private static List<Finding> examine(ProviderStatus status) {
        return switch (status) {
            case ProviderStatus.Usable(var provider) -> {
                try {
                    yield provider.diagnose();
                } catch (RuntimeException | LinkageError e) {
                    yield List.of(new Finding(
                            "backend " + provider.name(),
                            Severity.PROBLEM,
                            "it could not look at the machine: " + e,
                            "Report this to the authors of the backend"));
                }
            }
            case ProviderStatus.Refused(String name, var error) ->
                List.of(new Finding(
                        "backend " + name, Severity.PROBLEM, error.code() + ": " + error.detail(), error.remedy()));
        };
    }

    /** Returns whether nothing keeps devices from being opened over the backend. */
    private static boolean isReady(List<Finding> found) {
        return found.stream().noneMatch(finding -> finding.severity() == Severity.PROBLEM);
    }

    /** Returns whether the machine is ready for some backend that needs something of it, if there is any such. */
    boolean isAnyReady() {
        List<List<Finding>> demanding =
                findings.values().stream().filter(found -> !found.isEmpty()).toList();
        return demanding.isEmpty() || demanding.stream().anyMatch(Diagnosis::isReady);
    }

    /** What several backends found alike is there once, and what is about one topic stands together. */
    private List<Common> common() {
        Map<String, Map<Finding, List<String>>> byTopic = new LinkedHashMap<>();
        findings.forEach((backend, found) ->
                found.forEach(finding -> byTopic.computeIfAbsent(finding.topic(), topic -> new LinkedHashMap<>())
                        .computeIfAbsent(finding, same -> new ArrayList<>())
                        .add(backend)));
        List<Common> all = new ArrayList<>();
        byTopic.values().forEach(topic -> topic.forEach((finding, backends) -> all.add(new Common(finding, backends))));
        return all;
    }

    void print(PrintWriter out) {
        Table table = new Table("STATE", "WHAT", "FOR", "FOUND");
        List<Common> all = common();
        for (Common common : all) {
            Finding finding = common.finding();
            table.row(finding.severity().name(), finding.topic(), common.forWhom(), finding.detail());
        }
        table.print(out);
        out.println();
        findings.forEach((backend, found) -> out.println(backend + ": " + verdict(found)));
        printRemedies(all, out);
    }

    /** Below the table, so that no line of a command is broken. */
    private static void printRemedies(List<Common> all, PrintWriter out) {
        List<Common> curable =
                all.stream().filter(common -> common.finding().remedy() != null).toList();
        if (curable.isEmpty()) {
            return;
        }
        out.println(System.lineSeparator() + "What to do");
        for (Common common : curable) {
            Finding finding = common.finding();
            out.println("  " + finding.severity() + " " + finding.topic() + " (" + common.forWhom() + ")");
            out.println("    " + finding.remedy());
        }
    }

    private static String verdict(List<Finding> found) {
        if (found.isEmpty()) {
            return "needs nothing of the machine";
        }
        return isReady(found) ? "ready" : "not ready: solve what is marked " + Severity.PROBLEM + " first";
    }

    /** Puts findings and backends into the node. */
    void describe(ObjectNode node) {
        ArrayNode list = node.putArray("findings");
        for (Common common : common()) {
            Finding finding = common.finding();
            ObjectNode entry = list.addObject()
                    .put("topic", finding.topic())
                    .put("severity", finding.severity().name())
                    .put("detail", finding.detail())
                    .put("remedy", finding.remedy());
            ArrayNode backends = entry.putArray("backends");
            common.backends().forEach(backends::add);
        }
        ObjectNode ready = node.putObject("ready");
        findings.forEach((backend, found) -> ready.put(backend, isReady(found)));
    }
}
