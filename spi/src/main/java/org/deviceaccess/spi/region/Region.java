// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

/**
 * A range of a device's registers.
 *
 * <p>Every access is one transaction of the width in the method's name, little-endian on the bus, at a naturally
 * aligned byte offset from the region's start. What the package says of ordering, threads and life time holds for all
 * implementations. No access allocates memory.
 *
 * <p>Backends do not implement this interface themselves: {@link MmioRegion} serves mapped memory and
 * {@link CallRegion} everything else.
 *
 * <p>All accesses throw
 * {@link org.deviceaccess.spi.error.RegionBoundsException} if any byte of them lies outside of the region,
 * {@link org.deviceaccess.spi.error.MisalignedAccessException} if the offset is not a multiple of the width,
 * {@link org.deviceaccess.spi.error.UnsupportedWidthException} if {@link RegionInfo#widths()} lacks the width,
 * {@link org.deviceaccess.spi.error.RegionAccessException} if the region is not readable or not writable,
 * {@link org.deviceaccess.spi.error.DeviceLostException} if the device does not answer any more, and
 * {@link IllegalStateException} if the device is closed.
 */
public sealed interface Region permits MmioRegion, CallRegion {
    /** Returns what is known of the region. */
    RegionInfo info();

    /** Returns which region this is, or which one it is a slice of. */
    default RegionId id() {
        return info().id();
    }

    /** Returns the length in bytes. */
    default long size() {
        return info().size();
    }

    /**
     * Reads 8 bits.
     *
     * @param offset in bytes from the start of the region
     * @return the value, 0 to 255
     */
    int read8(long offset);

    /**
     * Reads 16 bits.
     *
     * @param offset in bytes from the start of the region, a multiple of 2
     * @return the value, 0 to 65,535
     */
    int read16(long offset);

    /**
     * Reads 32 bits.
     *
     * @param offset in bytes from the start of the region, a multiple of 4
     * @return the bits; {@link Integer#toUnsignedLong} gives the value
     */
    int read32(long offset);

    /**
     * Reads 64 bits.
     *
     * @param offset in bytes from the start of the region, a multiple of 8
     * @return the bits
     */
    long read64(long offset);

    /**
     * Writes 8 bits.
     *
     * @param offset in bytes from the start of the region
     * @param value whose low 8 bits are written
     */
    void write8(long offset, int value);

    /**
     * Writes 16 bits.
     *
     * @param offset in bytes from the start of the region, a multiple of 2
     * @param value whose low 16 bits are written
     */
    void write16(long offset, int value);

    /**
     * Writes 32 bits.
     *
     * @param offset in bytes from the start of the region, a multiple of 4
     * @param value the bits
     */
    void write32(long offset, int value);

    /**
     * Writes 64 bits.
     *
     * @param offset in bytes from the start of the region, a multiple of 8
     * @param value the bits
     */
    void write64(long offset, long value);

    /**
     * Returns a part of this region as a region of its own, with offsets from its own start.
     *
     * @param offset where the part starts, in bytes, a multiple of 8 so that alignment means the same in both
     * @param size its length in bytes, at least 1
     * @throws org.deviceaccess.spi.error.RegionBoundsException if the part is empty or not wholly inside this region
     * @throws org.deviceaccess.spi.error.MisalignedAccessException if the offset is not a multiple of 8
     */
    Region slice(long offset, long size);
}
