// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

/** Feature bits that all types of virtio device share, as masks (virtio 1.2, 6; linux/virtio_config.h, virtio_ring.h). */
public final class Features {
    /** VIRTIO_F_INDIRECT_DESC: a descriptor can stand for a table of them. */
    public static final long INDIRECT_DESC = 1L << 28;
    /** VIRTIO_F_EVENT_IDX: each side says by an index when it wants to be told. */
    public static final long EVENT_IDX = 1L << 29;
    /** VIRTIO_F_VERSION_1: the device follows the specification and not what was before it. */
    public static final long VERSION_1 = 1L << 32;
    /** VIRTIO_F_ACCESS_PLATFORM: the device's addresses are those of its bus, and go through an IOMMU if there is one. */
    public static final long ACCESS_PLATFORM = 1L << 33;
    /** VIRTIO_F_ORDER_PLATFORM: memory is to be ordered as for a device outside of the processor. */
    public static final long ORDER_PLATFORM = 1L << 36;

    private Features() {}
}
