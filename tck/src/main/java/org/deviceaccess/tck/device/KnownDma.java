// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.device;

import org.deviceaccess.spi.DeviceAccess;

/** A device that copies between memory and a buffer of its own. */
public interface KnownDma {
    /**
     * Returns how many address bits the device certainly drives, 1 to 64. Addresses above may lose their upper bits in
     * the device.
     */
    int addressBits();

    /** Returns the longest transfer in bytes, at least 8; transfers are multiples of 4 bytes. */
    int maxLength();

    /**
     * Makes the device read memory into its buffer, and returns when it has.
     *
     * @param device the open device
     * @param deviceAddress where it reads
     * @param length how many bytes
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the transfer does not end
     */
    void load(DeviceAccess device, long deviceAddress, int length);

    /**
     * Makes the device write memory from its buffer, and returns when it has.
     *
     * @param device the open device
     * @param deviceAddress where it writes
     * @param length how many bytes
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the transfer does not end
     */
    void store(DeviceAccess device, long deviceAddress, int length);
}
