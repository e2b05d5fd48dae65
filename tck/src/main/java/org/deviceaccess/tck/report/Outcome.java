// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

/** What came of a requirement. */
public enum Outcome {
    /** It was tried and holds. */
    PASSED,
    /** It was tried and does not hold. */
    FAILED,
    /** It applies, but this device or machine has nothing to try it with; the reason says what is missing. */
    INAPPLICABLE,
    /** It does not apply, as the device does not claim what it is about. */
    NOT_CLAIMED,
    /** The one who ran the kit left it out; the reason is theirs. */
    EXCLUDED,
    /** It cannot be tested by a program; the specification says why. */
    UNTESTABLE;

    /** Returns whether the requirement was tried. */
    public boolean executed() {
        return this == PASSED || this == FAILED;
    }
}
