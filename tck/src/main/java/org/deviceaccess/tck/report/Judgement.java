// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

/** What a run amounts to. */
public enum Judgement {
    /** No requirement of level MUST failed. */
    CONFORMANT(0),
    /** A requirement of level MUST failed. */
    NOT_CONFORMANT(1),
    /** No requirement was tried, which proves nothing. */
    NOTHING_RAN(3),
    /** The run was ended before all was tried; the code is what shells give a program that Ctrl-C (SIGINT) ended. */
    INTERRUPTED(130);

    private final int exitCode;

    Judgement(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Returns the exit code of a program that runs the kit; 2 is left for wrong usage. */
    public int exitCode() {
        return exitCode;
    }
}
