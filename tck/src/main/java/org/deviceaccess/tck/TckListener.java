// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import org.deviceaccess.tck.report.TestResult;

/** Is told of the progress of a run, by the thread that runs the kit. */
public interface TckListener {
    /** Does nothing. */
    TckListener NONE = (result, done, total) -> {};

    /**
     * Called when a test has ended or was left out.
     *
     * @param result what came of it
     * @param done how many tests have ended, this one included
     * @param total how many tests there are
     */
    void testEnded(TestResult result, int done, int total);

    /**
     * Called when a test begins.
     *
     * @param name class and method of the test
     */
    default void testBegins(String name) {}

    /**
     * Asked before each test, by any thread, whether the run is to end: no further test begins, and the report says that
     * the run was interrupted. What is not overridden lets it run to its end.
     */
    default boolean isInterrupted() {
        return false;
    }
}
