// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.ring;

/**
 * How large a card's rings are.
 *
 * @param descriptors how many descriptors a ring has
 * @param buffers how many buffers the pool has
 */
record RingSize(int descriptors, int buffers) {}
