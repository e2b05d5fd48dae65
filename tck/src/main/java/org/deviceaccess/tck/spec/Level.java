// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

/** How binding a requirement is, in the words of RFC 2119. */
public enum Level {
    /** A backend that fails it is not conformant. */
    MUST,
    /** There may be good reasons to fail it; a failure is reported and does not end conformance. */
    SHOULD,
    /** Optional. */
    MAY
}
