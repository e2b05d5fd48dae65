// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

/**
 * A memory map of a UIO device, {@code maps/mapN}.
 *
 * @param index N, from 0 to 4
 * @param address what the driver says the memory's address is: physical, or virtual in the kernel
 * @param offset where the device's memory starts in the first page, in bytes
 * @param size from the start of the first page, in bytes
 */
record UioMap(int index, long address, long offset, long size) {
    /** {@code MAX_UIO_MAPS} of linux/uio_driver.h. */
    static final int MAX_UIO_MAPS = 5;

    /** Returns where the device's memory starts. */
    long start() {
        return address + offset;
    }

    /** Returns how many bytes of the device's memory there are at the most. */
    long length() {
        return size - offset;
    }
}
