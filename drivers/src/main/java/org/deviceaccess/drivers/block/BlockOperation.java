// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

/** What a command does. */
public enum BlockOperation {
    /** Fills a buffer with blocks. */
    READ,
    /** Fills blocks from a buffer. */
    WRITE,
    /** Makes what was written safe from a loss of power. */
    FLUSH,
    /** Lets the device forget blocks. */
    TRIM
}
