// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BooleanSupplier;

/** Waits in tests for what a simulated device does in its own time. */
public final class Await {
    private static final long LONG = 20_000_000_000L;

    private Await() {}

    /** Waits until something is so; if it takes too long, the test fails with what was waited for. */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONG;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.onSpinWait();
        }
    }
}
