// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deviceaccess.tck.report.Outcome;
import org.deviceaccess.tck.report.TestResult;
import org.deviceaccess.tck.spec.Requirement;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** The kit as the dynamic tests of somebody else's test factory. */
final class DynamicTck {
    private DynamicTck() {}

    static Stream<DynamicNode> nodes(TckSession session) {
        Map<String, String> titles =
                session.requirements().stream().collect(Collectors.toMap(Requirement::id, Requirement::title));
        AtomicInteger executed = new AtomicInteger();
        Stream<DynamicNode> tests = session.tests().entrySet().stream()
                .map(test -> DynamicTest.dynamicTest(title(test.getValue(), titles), () -> {
                    TestResult result = session.runOne(test.getKey());
                    if (result.outcome().executed()) {
                        executed.incrementAndGet();
                    }
                    pass(result);
                }));
        DynamicNode something = DynamicTest.dynamicTest(
                "at least one requirement was tried",
                () -> assertTrue(executed.get() > 0, "no requirement applied, which proves nothing"));
        return Stream.concat(tests, Stream.of(something));
    }

    private static String title(List<String> ids, Map<String, String> titles) {
        return ids.stream()
                .filter(titles::containsKey)
                .map(id -> id + " " + titles.get(id))
                .collect(Collectors.joining("; "));
    }

    private static void pass(TestResult result) {
        String reason = String.valueOf(result.reason());
        if (result.outcome() == Outcome.FAILED) {
            fail(reason, result.failure());
        }
        Assumptions.assumeTrue(result.outcome() == Outcome.PASSED, result.outcome() + ": " + reason);
    }
}
