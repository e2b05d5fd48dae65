// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

/**
 * What a port counted since its driver was attached. What it cannot count is 0.
 *
 * @param receivedPackets how many whole packets passed the filter and were stored
 * @param receivedBytes their length in bytes, with frame check sequence
 * @param sentPackets how many packets were sent
 * @param sentBytes their length in bytes, with frame check sequence
 * @param missedPackets how many packets were lost as no buffer was there for them
 * @param receiveErrors how many packets were damaged or of a wrong length
 */
public record NetworkStatistics(
        long receivedPackets,
        long receivedBytes,
        long sentPackets,
        long sentBytes,
        long missedPackets,
        long receiveErrors) {}
