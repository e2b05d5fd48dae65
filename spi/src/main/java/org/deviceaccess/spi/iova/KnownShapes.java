// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes that {@link FreeExtents} keeps numbers for, and where among a node's numbers those of each are.
 *
 * <p>Those without a boundary are as few as there are powers of two and stay. Of those with one, each with its own
 * alignment, only so many stay: the least recently used one makes place for one more.
 */
final class KnownShapes {
    /** A device's buffers have few; more would make each node large. */
    static final int MOST_WITH_BOUNDARY = 32;

    private static final int NONE = -1;

    private final List<Shape> shapes = new ArrayList<>();
    private final int[] ofAlignment = new int[Long.SIZE];
    // In the order of their last use.
    private final Map<Shape, Integer> withBoundary = new LinkedHashMap<>(16, 0.75f, true);

    KnownShapes() {
        Arrays.fill(ofAlignment, NONE);
    }

    int size() {
        return shapes.size();
    }

    Shape get(int index) {
        return shapes.get(index);
    }

    /** Returns the index of a shape, or a negative number if it is not known. */
    int indexOf(Shape shape) {
        return shape.boundary() == 0
                ? ofAlignment[Long.numberOfTrailingZeros(shape.alignment())]
                : withBoundary.getOrDefault(shape, NONE);
    }

    /** Adds a shape that is not known, perhaps in the place of another one, and returns its index. */
    int add(Shape shape) {
        if (shape.boundary() == 0) {
            shapes.add(shape);
            ofAlignment[Long.numberOfTrailingZeros(shape.alignment())] = shapes.size() - 1;
            return shapes.size() - 1;
        }
        if (withBoundary.size() < MOST_WITH_BOUNDARY) {
            shapes.add(shape);
            withBoundary.put(shape, shapes.size() - 1);
            return shapes.size() - 1;
        }
        var eldest = withBoundary.entrySet().iterator();
        int index = eldest.next().getValue();
        eldest.remove();
        shapes.set(index, shape);
        withBoundary.put(shape, index);
        return index;
    }
}
