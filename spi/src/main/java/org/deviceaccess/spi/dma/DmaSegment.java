// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

/**
 * A piece of a buffer that is contiguous for the device.
 *
 * @param offset where the piece starts in the buffer, in bytes
 * @param deviceAddress the address of its first byte as the device sees it, unsigned
 * @param length its length in bytes
 */
public record DmaSegment(long offset, long deviceAddress, long length) {}
