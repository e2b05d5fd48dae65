// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

/**
 * Which region of a device is meant.
 *
 * @param kind what the region is
 * @param index its number among those of its kind, from 0
 */
public record RegionId(Kind kind, int index) implements Comparable<RegionId> {
    /** What a region is. */
    public enum Kind {
        /** A base address register's range, in memory or I/O space (PCI Local Bus Specification 3.0, 6.2.5.1). */
        BAR,
        /** The expansion ROM (PCI Local Bus Specification 3.0, 6.3). */
        ROM,
        /**
         * Configuration space: 256 bytes, or 4096 on PCI Express.
         *
         * <p>A write of the command register takes turns with the backend's own changes of it. One that would switch on
         * bus mastering of a device of {@link org.deviceaccess.spi.TrustLevel#NO_DMA} changes nothing and throws
         * {@link org.deviceaccess.spi.error.UnsafeNotAllowedException}, or
         * {@link org.deviceaccess.spi.error.UnsupportedCapabilityException} where no consent would help.
         */
        CONFIG,
        /** A memory map that a UIO driver exports ({@code /sys/class/uio/uioN/maps}). */
        UIO_MAP,
        /** A port region that a UIO driver exports ({@code /sys/class/uio/uioN/portio}). */
        UIO_PORT
    }

    public static final RegionId BAR0 = bar(0);
    public static final RegionId BAR1 = bar(1);
    public static final RegionId BAR2 = bar(2);
    public static final RegionId BAR3 = bar(3);
    public static final RegionId BAR4 = bar(4);
    public static final RegionId BAR5 = bar(5);
    public static final RegionId ROM = new RegionId(Kind.ROM, 0);
    public static final RegionId CONFIG = new RegionId(Kind.CONFIG, 0);

    /**
     * Checks the index.
     *
     * @throws IllegalArgumentException if the index is negative, above 5 for a BAR, or not 0 for the kinds that a
     *     device has one of
     */
    public RegionId {
        int last = switch (kind) {
            case BAR -> 5;
            case ROM, CONFIG -> 0;
            case UIO_MAP, UIO_PORT -> 4;
        };
        if (index < 0 || index > last) {
            throw new IllegalArgumentException(kind + " has no index " + index + ", only 0 to " + last);
        }
    }

    /** Returns the region of a base address register, 0 to 5. */
    public static RegionId bar(int index) {
        return new RegionId(Kind.BAR, index);
    }

    /** Returns a UIO memory map, 0 to 4 ({@code MAX_UIO_MAPS} of linux/uio_driver.h). */
    public static RegionId uioMap(int index) {
        return new RegionId(Kind.UIO_MAP, index);
    }

    /** Returns a UIO port region, 0 to 4 ({@code MAX_UIO_PORT_REGIONS} of linux/uio_driver.h). */
    public static RegionId uioPort(int index) {
        return new RegionId(Kind.UIO_PORT, index);
    }

    @Override
    public int compareTo(RegionId other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : Integer.compare(index, other.index);
    }

    /** Returns the usual name: {@code BAR0}, {@code ROM}, {@code CONFIG}, {@code UIO_MAP1}. */
    @Override
    public String toString() {
        return switch (kind) {
            case BAR, UIO_MAP, UIO_PORT -> kind.name() + index;
            case ROM, CONFIG -> kind.name();
        };
    }
}
