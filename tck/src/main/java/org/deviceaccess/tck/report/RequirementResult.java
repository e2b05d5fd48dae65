// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import java.util.List;
import java.util.stream.Collectors;
import org.deviceaccess.tck.spec.Requirement;
import org.jspecify.annotations.Nullable;

/**
 * What came of one requirement, over all tests that prove it.
 *
 * @param requirement the requirement
 * @param outcome failed if any test failed, else passed if any passed, else what kept the first test from being tried
 * @param reason why it failed or was not tried; {@code null} where it passed
 */
public record RequirementResult(
        Requirement requirement, Outcome outcome, @Nullable String reason) {

    /** Returns the result that tests amount to. */
    static RequirementResult of(Requirement requirement, List<TestResult> tests) {
        if (!requirement.testable()) {
            return new RequirementResult(requirement, Outcome.UNTESTABLE, requirement.reason());
        }
        Outcome outcome = tests.stream()
                .map(TestResult::outcome)
                .min(RequirementResult::byWeight)
                .orElse(Outcome.FAILED);
        String reason = tests.stream()
                .filter(test -> test.outcome() == outcome)
                .map(TestResult::reason)
                .map(String::valueOf)
                .distinct()
                .collect(Collectors.joining("; "));
        if (tests.isEmpty()) {
            reason = "the kit ran no test of it";
        }
        return new RequirementResult(requirement, outcome, outcome == Outcome.PASSED ? null : reason);
    }

    private static int byWeight(Outcome one, Outcome other) {
        return Integer.compare(weight(one), weight(other));
    }

    private static int weight(Outcome outcome) {
        return switch (outcome) {
            case FAILED -> 0;
            case PASSED -> 1;
            case EXCLUDED -> 2;
            case INAPPLICABLE -> 3;
            case NOT_CLAIMED -> 4;
            case UNTESTABLE -> 5;
        };
    }
}
