// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

/** {@code struct vfio_iova_range}: one range of addresses; both ends belong to it. */
final class VfioIovaRange {
    static final long START = 0;
    static final long END = 8;
    static final long SIZE = 16;

    private VfioIovaRange() {}
}
