// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

/**
 * A port region of a UIO device, {@code portio/portN}.
 *
 * @param index N, from 0 to 4
 * @param start the first port
 * @param size how many ports
 * @param type {@code port_x86} for ports of the processor
 */
record UioPorts(int index, long start, long size, String type) {
    /** {@code MAX_UIO_PORT_REGIONS} of linux/uio_driver.h. */
    static final int MAX_UIO_PORT_REGIONS = 5;

    /** Returns whether these are I/O ports of the processor, {@code UIO_PORT_X86}. */
    boolean isIo() {
        return type.equals("port_x86");
    }
}
