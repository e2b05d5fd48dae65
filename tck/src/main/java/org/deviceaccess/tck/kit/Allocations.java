// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Assumptions;

/** Counts what a thread allocates on the Java heap. */
public final class Allocations {
    // The first calls link method handles and load classes, which allocates once and has nothing to do with a use.
    private static final int ATTEMPTS = 20;

    private Allocations() {}

    /**
     * Requires that something allocates nothing once it is warm; ends the test as inapplicable where the JVM does not
     * count.
     *
     * @param what what is done, for messages
     * @param uses how often it is done in an attempt
     * @param before done before each use, and not counted
     * @param use done and counted
     */
    public static void assertNone(String what, int uses, Action before, Action use) throws Exception {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)
                || !threads.isThreadAllocatedMemorySupported()
                || !threads.isThreadAllocatedMemoryEnabled()) {
            Assumptions.abort("this JVM does not count what threads allocate");
            return;
        }
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && least > 0; attempt++) {
            long allocated = 0;
            for (int i = 0; i < uses; i++) {
                before.run();
                long start = threads.getCurrentThreadAllocatedBytes();
                use.run();
                allocated += threads.getCurrentThreadAllocatedBytes() - start;
            }
            least = Math.min(least, allocated);
        }
        if (least > 0) {
            fail(what + " allocates: " + least + " bytes in " + uses + " uses, at the best of " + ATTEMPTS
                    + " attempts");
        }
    }

    /** Requires that something allocates nothing once it is warm, with nothing to be done before each use. */
    public static void assertNone(String what, int uses, Action use) throws Exception {
        assertNone(what, uses, () -> {}, use);
    }
}
