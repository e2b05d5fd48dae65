// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.entropy;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.spi.driver.Driver;

/**
 * A device of random bytes that is ready for use.
 *
 * <p>Safe for use by any thread; requests are served one after the other. How good the bytes are is the device's affair:
 * they are handed on as they come. A copy of them is not kept.
 */
public interface EntropySource extends Driver {
    /**
     * Fills memory with random bytes, and waits until all of it is filled.
     *
     * @param target what is filled, of any length; nothing is asked of the device for an empty one
     * @throws InterruptedException if the thread is interrupted before or while it waits; a part may be filled
     * @throws IllegalArgumentException if the memory is read-only
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the device gives nothing within the driver's deadline
     * @throws org.deviceaccess.spi.error.DeviceFaultException if it answers what it must not
     * @throws org.deviceaccess.spi.error.DeviceLostException if it is gone
     * @throws IllegalStateException if the driver or the device is closed, also while the thread waits
     */
    void fill(MemorySegment target) throws InterruptedException;

    /**
     * Returns random bytes; the same as {@link #fill} of a new array.
     *
     * @param count how many, 0 or more
     */
    default byte[] bytes(int count) throws InterruptedException {
        byte[] bytes = new byte[count];
        fill(MemorySegment.ofArray(bytes));
        return bytes;
    }
}
