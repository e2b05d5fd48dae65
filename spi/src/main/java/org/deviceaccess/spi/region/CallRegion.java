// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

import java.lang.invoke.VarHandle;

/** A region whose accesses are calls: configuration space, I/O ports, memory that cannot be mapped, device models. */
public final class CallRegion implements Region {
    private final RegionInfo info;
    private final RegisterCalls calls;
    private final long base;

    /**
     * Makes a region that is served by calls.
     *
     * @param info what is known of the region
     * @param calls what serves the accesses, with offsets from the start of this region
     */
    public CallRegion(RegionInfo info, RegisterCalls calls) {
        this(info, calls, 0);
    }

    private CallRegion(RegionInfo info, RegisterCalls calls, long base) {
        this.info = info;
        this.calls = calls;
        this.base = base;
    }

    @Override
    public RegionInfo info() {
        return info;
    }

    @Override
    public int read8(long offset) {
        return (int) read(offset, AccessWidth.BITS_8) & 0xff;
    }

    @Override
    public int read16(long offset) {
        return (int) read(offset, AccessWidth.BITS_16) & 0xffff;
    }

    @Override
    public int read32(long offset) {
        return (int) read(offset, AccessWidth.BITS_32);
    }

    @Override
    public long read64(long offset) {
        return read(offset, AccessWidth.BITS_64);
    }

    @Override
    public void write8(long offset, int value) {
        write(offset, AccessWidth.BITS_8, value & 0xff);
    }

    @Override
    public void write16(long offset, int value) {
        write(offset, AccessWidth.BITS_16, value & 0xffff);
    }

    @Override
    public void write32(long offset, int value) {
        write(offset, AccessWidth.BITS_32, Integer.toUnsignedLong(value));
    }

    @Override
    public void write64(long offset, long value) {
        write(offset, AccessWidth.BITS_64, value);
    }

    @Override
    public Region slice(long offset, long size) {
        AccessErrors.checkSlice(info, offset, size);
        return new CallRegion(info.withSize(size), calls, base + offset);
    }

    private long read(long offset, AccessWidth width) {
        AccessErrors.check(info, false, offset, width);
        long value = calls.read(base + offset, width);
        VarHandle.acquireFence();
        return value;
    }

    private void write(long offset, AccessWidth width, long value) {
        AccessErrors.check(info, true, offset, width);
        VarHandle.releaseFence();
        calls.write(base + offset, width, value);
        VarHandle.releaseFence();
    }

    @Override
    public String toString() {
        return info.id() + " (" + info.size() + " bytes, by calls)";
    }
}
