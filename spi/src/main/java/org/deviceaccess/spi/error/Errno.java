// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

import java.io.Serializable;

/**
 * An error number as the kernel answered it.
 *
 * @param number the positive number, as in {@code errno(3)}
 * @param name the symbolic name such as {@code EBUSY}, or {@code E<number>} where the number has no known name
 */
public record Errno(int number, String name) implements Serializable {
    @Override
    public String toString() {
        return name + " (" + number + ")";
    }
}
