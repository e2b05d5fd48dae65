// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.tck.report.StoredReport.Result;
import org.deviceaccess.tck.spec.Profile;
import org.deviceaccess.tck.spec.Requirement;
import org.deviceaccess.tck.spec.Specification;

/**
 * What came of the requirements over several backends, and which differences between them nothing explains.
 *
 * @param specification the requirements
 * @param columns the reports by what heads their columns: backend and options, and the file where that is ambiguous
 */
public record ConformanceMatrix(Specification specification, Map<String, StoredReport> columns) {
    /**
     * Something that what the devices can do does not explain.
     *
     * @param id the requirement
     * @param column whose result it is
     * @param what what is wrong with it
     */
    public record Objection(String id, String column, String what) {
        @Override
        public String toString() {
            return id + " over " + column + ": " + what;
        }
    }

    /** Returns the matrix of some reports, in their order. */
    public static ConformanceMatrix of(Specification specification, List<StoredReport> reports) {
        Map<String, StoredReport> columns = new LinkedHashMap<>();
        for (StoredReport report : reports) {
            boolean alone = reports.stream()
                            .filter(other -> other.backend().equals(report.backend()))
                            .count()
                    == 1;
            columns.put(alone ? report.backend() : report.backend() + " (" + report.file() + ")", report);
        }
        return new ConformanceMatrix(specification, columns);
    }

    /**
     * Returns what stands in the way of "the backends differ by what their devices claim, and by nothing else": failures,
     * what was left out, and differences that no capability or trust level accounts for.
     */
    public List<Objection> objections() {
        List<Objection> objections = new ArrayList<>();
        columns.forEach((column, report) -> {
            if (!report.specificationVersion().equals(specification.version())) {
                objections.add(new Objection(
                        "all",
                        column,
                        "it is a report on version " + report.specificationVersion() + ", not on "
                                + specification.version()));
            }
        });
        for (Requirement requirement : specification.requirements()) {
            columns.forEach((column, report) -> {
                String what = object(requirement, report);
                if (!what.isEmpty()) {
                    objections.add(new Objection(requirement.id(), column, what));
                }
            });
        }
        return objections;
    }

    private String object(Requirement requirement, StoredReport report) {
        Result result = report.results().get(requirement.id());
        if (result == null) {
            return "it was not asked for";
        }
        String reason = String.valueOf(result.reason());
        return switch (result.outcome()) {
            case PASSED -> "";
            case FAILED -> "it failed: " + reason;
            case EXCLUDED -> "it was left out: " + reason;
            case UNTESTABLE -> requirement.testable() ? "it is called untestable, and can be tested" : "";
            case NOT_CLAIMED ->
                missing(requirement, report).isEmpty()
                        ? "it is called not claimed, and all that it needs is claimed"
                        : "";
            case INAPPLICABLE -> objectToInapplicable(requirement, report, reason);
        };
    }

    private static Set<String> missing(Requirement requirement, StoredReport report) {
        Set<String> missing = new TreeSet<>();
        Profile profile = requirement.profile();
        if (!profile.anyOf().isEmpty() && profile.anyOf().stream().noneMatch(report.capabilities()::contains)) {
            missing.add(profile.name());
        }
        if (profile == Profile.IOMMU && report.trust() == TrustLevel.UNPROTECTED) {
            missing.add(profile.name());
        }
        requirement.claims().stream()
                .filter(claim -> !report.capabilities().contains(claim))
                .map(Capability::name)
                .forEach(missing::add);
        return missing;
    }

    /** What could be tried over one backend and not over another must differ in something. */
    private String objectToInapplicable(Requirement requirement, StoredReport report, String reason) {
        if (reason.isBlank() || reason.equals("null")) {
            return "it is inapplicable for no reason";
        }
        return columns.entrySet().stream()
                .filter(other -> isTried(requirement, other.getValue())
                        && other.getValue().capabilities().equals(report.capabilities())
                        && other.getValue().trust() == report.trust())
                .map(other -> "it was not tried (" + reason + "), but was over " + other.getKey()
                        + ", whose device claims the same")
                .collect(Collectors.joining("; "));
    }

    private static boolean isTried(Requirement requirement, StoredReport report) {
        Result result = report.results().get(requirement.id());
        return result != null && result.outcome().executed();
    }

    /** Returns the requirements that have different outcomes over different backends, in the specification's order. */
    public List<Requirement> differing() {
        return specification.requirements().stream()
                .filter(requirement -> columns.values().stream()
                                .map(report -> outcome(requirement, report))
                                .distinct()
                                .count()
                        > 1)
                .toList();
    }

    /** Returns an outcome in words, {@code missing} where the report does not have the requirement. */
    static String outcome(Requirement requirement, StoredReport report) {
        Result result = report.results().get(requirement.id());
        if (result == null) {
            return "missing";
        }
        return result.outcome() == Outcome.FAILED ? "FAILED" : words(result.outcome());
    }

    static String words(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
