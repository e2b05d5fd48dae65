// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.deviceaccess.tck.spec.Level;
import org.deviceaccess.tck.spec.Profile;
import org.deviceaccess.tck.spec.Requirement;

/** Renders a report for people: counts for each profile, then what failed, then what was not tried and why. */
public final class ConsoleTable {
    private static final int INDENT = 6;

    private ConsoleTable() {}

    /** Returns the report as text of several lines. */
    public static String render(TckReport report) {
        Subject subject = report.subject();
        String pci =
                subject.identity().pci() == null ? "" : " " + subject.identity().pci();
        List<String> lines = new ArrayList<>();
        lines.add(report.specification().name() + " " + report.specification().version() + ", backend "
                + subject.provider() + " (" + subject.description() + ")");
        if (subject.driver() != null) {
            lines.add("driver " + subject.driver());
        }
        lines.add(subject.address() + ": " + subject.identity().name() + pci + ", trust " + subject.trust());
        lines.add(subject.kernel() + ", " + subject.java() + ", "
                + String.format(Locale.ROOT, "%.1f s", report.duration().toMillis() / 1000.0));
        lines.add("");
        addCounts(lines, report);
        addFailures(lines, report);
        addReasons(lines, "Inapplicable", report, Outcome.INAPPLICABLE);
        addReasons(lines, "Not claimed", report, Outcome.NOT_CLAIMED);
        addReasons(lines, "Excluded", report, Outcome.EXCLUDED);
        lines.add("");
        lines.add(conclusion(report));
        return lines.stream()
                .map(line -> line.stripTrailing() + System.lineSeparator())
                .collect(Collectors.joining());
    }

    private static void addCounts(List<String> lines, TckReport report) {
        lines.add(row(
                "profile",
                List.of("passed", "failed", "inapplicable", "not claimed", "excluded", "untestable"),
                "all"));
        for (Profile profile : Profile.values()) {
            List<RequirementResult> members = report.results().stream()
                    .filter(result -> result.requirement().profile() == profile)
                    .toList();
            if (!members.isEmpty()) {
                lines.add(row(profile.name(), TckReport.count(members).values(), members.size()));
            }
        }
        lines.add(row(
                "all",
                TckReport.count(report.results()).values(),
                report.results().size()));
    }

    private static String row(String name, Collection<?> counts, Object sum) {
        List<Object> cells = new ArrayList<>();
        cells.add(name);
        cells.addAll(counts);
        cells.add(sum);
        return String.format(Locale.ROOT, "%-11s %7s %7s %13s %12s %9s %11s %6s", cells.toArray());
    }

    private static void addFailures(List<String> lines, TckReport report) {
        List<RequirementResult> failures = report.with(Outcome.FAILED);
        if (failures.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("Failed:");
        for (RequirementResult failure : failures) {
            Requirement requirement = failure.requirement();
            String level = requirement.level() == Level.MUST ? "" : " (" + requirement.level() + ")";
            lines.add("  " + requirement.id() + level + " " + requirement.title());
            String.valueOf(failure.reason()).lines().forEach(reason -> lines.add(" ".repeat(INDENT) + reason));
        }
    }

    private static void addReasons(List<String> lines, String heading, TckReport report, Outcome outcome) {
        Map<String, StringJoiner> byReason = new LinkedHashMap<>();
        for (RequirementResult result : report.with(outcome)) {
            byReason.computeIfAbsent(String.valueOf(result.reason()), reason -> new StringJoiner(" "))
                    .add(result.requirement().id());
        }
        if (byReason.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(heading + ":");
        byReason.forEach((reason, ids) -> {
            lines.add("  " + reason);
            lines.add("    " + ids);
        });
    }

    /** Returns the judgement in a sentence. */
    static String conclusion(TckReport report) {
        Map<Outcome, Long> counts = TckReport.count(report.results());
        String numbers = counts.get(Outcome.PASSED) + " passed, " + counts.get(Outcome.FAILED) + " failed";
        return switch (report.judgement()) {
            case CONFORMANT ->
                report.partial()
                        ? "Nothing failed, but only a part was tried: " + numbers + "."
                        : "CONFORMANT: " + numbers + ".";
            case NOT_CONFORMANT -> "NOT CONFORMANT: " + numbers + ".";
            case INTERRUPTED -> "INTERRUPTED before all was tried: " + numbers + ".";
            case NOTHING_RAN -> "NOTHING RAN: no requirement applied to the device.";
        };
    }
}
