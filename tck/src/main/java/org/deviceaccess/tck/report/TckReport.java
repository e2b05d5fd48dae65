// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deviceaccess.tck.spec.Effort;
import org.deviceaccess.tck.spec.Level;
import org.deviceaccess.tck.spec.Requirement;
import org.deviceaccess.tck.spec.Specification;

/**
 * What came of a run of the kit.
 *
 * @param specification the requirements that were tried
 * @param tckVersion the version of the kit
 * @param subject what was tested
 * @param started when the run began
 * @param duration how long it took
 * @param effort how often races and leaks were tried
 * @param partial whether only a part of the requirements was asked for, so that the run says nothing of conformance
 * @param interrupted whether the run was ended before all that was asked for was tried
 * @param results the requirements that were asked for, in the specification's order; of an interrupted run those that were
 *     tried to their end
 * @param tests the tests that were run or not, in the order of the run
 */
public record TckReport(
        Specification specification,
        String tckVersion,
        Subject subject,
        Instant started,
        Duration duration,
        Effort effort,
        boolean partial,
        boolean interrupted,
        List<RequirementResult> results,
        List<TestResult> tests) {
    /** Copies the lists. */
    public TckReport {
        results = List.copyOf(results);
        tests = List.copyOf(tests);
    }

    /** Returns the results of requirements, from the tests that prove them. */
    public static List<RequirementResult> results(List<Requirement> requirements, Collection<TestResult> tests) {
        List<RequirementResult> results = new ArrayList<>();
        for (Requirement requirement : requirements) {
            results.add(RequirementResult.of(
                    requirement,
                    tests.stream()
                            .filter(test -> test.requirements().contains(requirement.id()))
                            .toList()));
        }
        return results;
    }

    /** Returns the judgement of the run. */
    public Judgement judgement() {
        if (interrupted) {
            return Judgement.INTERRUPTED;
        }
        if (results.stream().noneMatch(result -> result.outcome().executed())) {
            return Judgement.NOTHING_RAN;
        }
        boolean failed = results.stream()
                .anyMatch(result -> result.outcome() == Outcome.FAILED
                        && result.requirement().level() == Level.MUST);
        return failed ? Judgement.NOT_CONFORMANT : Judgement.CONFORMANT;
    }

    /** Returns the ids of the requirements with an outcome, sorted. */
    public Set<String> ids(Outcome outcome) {
        return with(outcome).stream()
                .map(result -> result.requirement().id())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the results with an outcome, in the specification's order. */
    public List<RequirementResult> with(Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).toList();
    }

    /** Returns how many of some results have each outcome; all outcomes are in it. */
    public static Map<Outcome, Long> count(Collection<RequirementResult> results) {
        Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        Arrays.stream(Outcome.values()).forEach(outcome -> counts.put(outcome, 0L));
        results.forEach(result -> counts.merge(result.outcome(), 1L, Long::sum));
        return counts;
    }
}
