// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** {@code struct vfio_info_cap_header}: what every entry of a capability chain starts with. */
final class VfioInfoCapHeader {
    static final long ID = 0;
    static final long VERSION = 2;
    static final long NEXT = 4;
    static final long SIZE = 8;

    private VfioInfoCapHeader() {}
}
