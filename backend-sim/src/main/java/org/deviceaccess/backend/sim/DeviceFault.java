// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.time.Instant;

/**
 * Something that a device was told to do and cannot do.
 *
 * @param what what it was, with the values concerned
 * @param time when
 */
public record DeviceFault(String what, Instant time) {}
