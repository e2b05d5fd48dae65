// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.interrupt;

/**
 * One kind of interrupt that a device has, as the backend can serve it.
 *
 * @param kind the kind
 * @param vectors how many vectors can be enabled at the most, at least 1
 * @param maskable whether {@link InterruptVector#mask} and {@link InterruptVector#unmask} work
 * @param autoMasked whether an event masks the vector until {@link InterruptVector#unmask} is called
 * @param triggerable whether {@link InterruptVector#trigger} works
 */
public record InterruptInfo(
        InterruptKind kind, int vectors, boolean maskable, boolean autoMasked, boolean triggerable) {}
