// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import org.jspecify.annotations.Nullable;

/**
 * One thing about the machine that decides whether devices can be opened.
 *
 * @param topic what was looked at: "IOMMU", "/dev/vfio/vfio", "hugepages"
 * @param severity whether it is in the way
 * @param detail what was found, with the values concerned
 * @param remedy what to type to change it, or {@code null} where there is nothing to change or to be advised
 */
public record Finding(
        String topic,
        Severity severity,
        String detail,
        @Nullable String remedy) {
    /** Whether a finding is in the way. */
    public enum Severity {
        /** As it should be. */
        OK,
        /** Works, but with a limit or a risk. */
        WARNING,
        /** Keeps devices from being opened over the backend. */
        PROBLEM
    }
}
