// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.device;

import org.deviceaccess.spi.region.RegionId;

/**
 * Where a 32-bit register is.
 *
 * @param region its region
 * @param offset its offset there, in bytes, a multiple of 4
 */
public record RegisterAddress(RegionId region, long offset) {}
