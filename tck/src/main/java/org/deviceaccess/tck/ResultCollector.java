// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deviceaccess.tck.kit.TckRun;
import org.deviceaccess.tck.report.Outcome;
import org.deviceaccess.tck.report.TestResult;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.opentest4j.TestAbortedException;

/** Turns what the launcher reports into results. */
final class ResultCollector implements TestExecutionListener {
    private static final String ASSUMPTION = "Assumption failed: ";

    private final TckRun run;
    private final TckListener listener;
    private final List<TestResult> results = new ArrayList<>();
    private final Set<String> unfinished = new HashSet<>(); // ids of requirements
    private final Map<String, Long> starts = new HashMap<>();
    private int total;

    ResultCollector(TckRun run, TckListener listener) {
        this.run = run;
        this.listener = listener;
    }

    List<TestResult> results() {
        return List.copyOf(results);
    }

    /** Returns the requirements of which a test did not begin because the run was to end. */
    Set<String> unfinished() {
        return Set.copyOf(unfinished);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        total = (int) plan.countTestIdentifiers(TestIdentifier::isTest);
    }

    @Override
    public void executionStarted(TestIdentifier identifier) {
        if (identifier.isTest()) {
            starts.put(identifier.getUniqueId(), System.nanoTime());
            listener.testBegins(Provenance.of(identifier).name());
        }
    }

    @Override
    public void executionSkipped(TestIdentifier identifier, String reason) {
        if (identifier.isTest() && reason.equals(TckRun.INTERRUPTED)) {
            unfinished.addAll(Provenance.of(identifier).requirements());
        } else if (identifier.isTest()) {
            boolean excluded = Provenance.of(identifier).requirements().stream()
                    .anyMatch(id -> run.excluded(id).isPresent());
            add(identifier, excluded ? Outcome.EXCLUDED : Outcome.NOT_CLAIMED, reason, null);
        }
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        Throwable thrown = result.getThrowable().orElse(null);
        if (identifier.isTest()) {
            switch (result.getStatus()) {
                case SUCCESSFUL -> add(identifier, Outcome.PASSED, null, null);
                case ABORTED -> add(identifier, Outcome.INAPPLICABLE, reason(thrown), null);
                case FAILED -> add(identifier, Outcome.FAILED, reason(thrown), thrown);
            }
        } else if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            throw new IllegalStateException("the kit itself failed in " + identifier.getUniqueId(), thrown);
        }
    }

    private void add(TestIdentifier identifier, Outcome outcome, @Nullable String reason, @Nullable Throwable failure) {
        long start = starts.getOrDefault(identifier.getUniqueId(), System.nanoTime());
        Provenance provenance = Provenance.of(identifier);
        TestResult result = new TestResult(
                provenance.name(),
                provenance.requirements(),
                outcome,
                reason,
                Duration.ofNanos(System.nanoTime() - start),
                failure);
        results.add(result);
        listener.testEnded(result, results.size(), total);
    }

    /** An assertion's message is written to be read; of anything else the class matters too. */
    private static String reason(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "no reason was given";
        }
        String message = thrown.getMessage();
        boolean speaks = thrown instanceof AssertionError || thrown instanceof TestAbortedException;
        if (message == null || !speaks) {
            return thrown.toString();
        }
        return message.startsWith(ASSUMPTION) ? message.substring(ASSUMPTION.length()) : message;
    }
}
