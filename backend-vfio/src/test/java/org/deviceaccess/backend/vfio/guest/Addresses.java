// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

/** The testbed's edu devices over this backend (testbed/README.md). */
final class Addresses {
    /** The one that reaches every address. */
    static final String WIDE = "vfio:0000:00:10.0";
    /** The one that drives 28 address bits. */
    static final String NARROW = "vfio:0000:00:11.0";

    private Addresses() {}
}
