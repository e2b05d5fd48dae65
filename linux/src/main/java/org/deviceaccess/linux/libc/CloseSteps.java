// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import org.jspecify.annotations.Nullable;

/**
 * Gives several things back, each whatever happened to those before it. Used by one thread.
 *
 * <pre>{@code
 * CloseSteps steps = new CloseSteps();
 * steps.run(interrupts::close);
 * steps.run(fd::close);
 * steps.finish();
 * }</pre>
 */
public final class CloseSteps {
    private @Nullable RuntimeException failure;

    /** Takes a step, keeping what it throws. */
    public void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
    }

    /**
     * Takes steps after a failure.
     *
     * @param failure why they are taken
     * @param steps what is to be done
     * @return the failure, with what the steps threw suppressed in it
     */
    public static RuntimeException after(RuntimeException failure, Runnable... steps) {
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        return failure;
    }

    /** Throws what the first failed step threw, with what later ones threw suppressed in it. */
    public void finish() {
        if (failure != null) {
            throw failure;
        }
    }
}
