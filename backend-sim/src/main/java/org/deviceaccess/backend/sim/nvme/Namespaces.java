// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The namespaces of a controller. */
final class Namespaces {
    /** The id that stands for all namespaces. */
    static final int ALL = -1;

    private final List<Namespace> all;

    Namespaces(Profile profile) {
        all = IntStream.rangeClosed(1, profile.namespaces().size())
                .mapToObj(id -> new Namespace(id, profile.namespaces().get(id - 1), profile))
                .toList();
    }

    /** Returns the largest id that a namespace can have (NN). */
    int count() {
        return all.size();
    }

    List<Namespace> all() {
        return all;
    }

    /** Returns whether a namespace can have an id. */
    boolean isValid(int id) {
        return id >= 1 && id <= all.size();
    }

    /** Returns the active namespace of an id. */
    @Nullable
    Namespace active(int id) {
        return isValid(id) && all.get(id - 1).isActive() ? all.get(id - 1) : null;
    }
}
