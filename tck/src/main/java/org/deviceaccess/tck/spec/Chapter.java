// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import java.util.List;

/**
 * The requirements of one area.
 *
 * @param area the part between the dashes of the ids: {@code DMA} in {@code DA-DMA-012}
 * @param title the chapter's heading
 * @param introduction what the area is about
 * @param requirements the requirements in the order of their numbers
 */
public record Chapter(String area, String title, String introduction, List<Requirement> requirements) {
    /** Copies the list. */
    public Chapter {
        requirements = List.copyOf(requirements);
    }
}
