// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one test.
 *
 * @param name class and method of the test
 * @param requirements the ids of the requirements it proves
 * @param outcome what came of it
 * @param reason why it failed or was not tried; {@code null} where it passed
 * @param duration how long it took
 * @param failure what it threw where it failed, or {@code null}
 */
public record TestResult(
        String name,
        List<String> requirements,
        Outcome outcome,
        @Nullable String reason,
        Duration duration,
        @Nullable Throwable failure) {
    /** Copies the list. */
    public TestResult {
        requirements = List.copyOf(requirements);
    }
}
