// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

/** Something to do that may fail. */
@FunctionalInterface
public interface Action {
    /** Does it. */
    void run() throws Exception;
}
