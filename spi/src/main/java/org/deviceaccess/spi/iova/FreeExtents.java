// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.deviceaccess.spi.dma.AddressRange;
import org.jspecify.annotations.Nullable;

/**
 * Extents of free addresses, in which a place is found in a time that grows with the logarithm of their number.
 *
 * <p>A search tree by address. Each node knows, for each of the {@link KnownShapes}, the longest place in the extents below
 * it, so that a search never enters a part of the tree in vain. It is kept balanced by priorities that look random (a
 * treap: Seidel and Aragon, "Randomized search trees", 1996). The first search for a shape that is not known visits all
 * nodes once.
 */
final class FreeExtents {
    private static final class Node {
        final long first;
        long last;
        final long priority;

        @Nullable
        Node left;

        @Nullable
        Node right;

        long[] longest = {};

        Node(long first, long last) {
            this.first = first;
            this.last = last;
            this.priority = mix(first);
        }

        /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): neighbours become very different. */
        private static long mix(long value) {
            long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
            return mixed ^ mixed >>> 31;
        }
    }

    private final KnownShapes shapes = new KnownShapes();
    private @Nullable Node root;
    private long visited;

    FreeExtents(List<AddressRange> ranges) {
        ranges.forEach(range -> add(range.first(), range.last()));
    }

    /** Returns the highest start of a free place that ends at the highest address or below it. */
    OptionalLong find(long length, Shape shape, long highest) {
        AddressRange top = floor(highest);
        if (top == null) {
            return OptionalLong.empty();
        }
        if (Long.compareUnsigned(top.last(), highest) > 0) {
            if (shape.longest(top.first(), highest) >= length) {
                return OptionalLong.of(shape.highest(top.first(), highest, length));
            }
            if (top.first() == 0) {
                return OptionalLong.empty();
            }
            return search(length, shape, top.first() - 1);
        }
        return search(length, shape, highest);
    }

    private OptionalLong search(long length, Shape shape, long bound) {
        Node found = search(root, length, shape, index(shape), bound);
        return found == null ? OptionalLong.empty() : OptionalLong.of(shape.highest(found.first, found.last, length));
    }

    /** Returns how many nodes were looked at since there are any, which is what the time is spent for. */
    long visited() {
        return visited;
    }

    /** Returns the highest node with a place, of those that begin at the bound or below it. */
    private @Nullable Node search(@Nullable Node node, long length, Shape shape, int index, long bound) {
        if (node == null || node.longest[index] < length) {
            return null;
        }
        visited++;
        if (Long.compareUnsigned(node.first, bound) > 0) {
            return search(node.left, length, shape, index, bound);
        }
        Node right = search(node.right, length, shape, index, bound);
        if (right != null) {
            return right;
        }
        return shape.longest(node.first, node.last) >= length ? node : search(node.left, length, shape, index, bound);
    }

    /** Returns the length of the longest free place that ends at the highest address or below it. */
    long longest(Shape shape, long highest) {
        int index = index(shape);
        long longest = 0;
        Node node = root;
        while (node != null) {
            visited++;
            if (Long.compareUnsigned(node.first, highest) > 0) {
                node = node.left;
            } else {
                long last = Long.compareUnsigned(node.last, highest) < 0 ? node.last : highest;
                longest = Math.max(longest, Math.max(shape.longest(node.first, last), below(node.left, index)));
                node = node.right;
            }
        }
        return longest;
    }

    /** Returns the extent that begins at the address or is the last one to begin below it. */
    @Nullable
    AddressRange floor(long address) {
        Node node = root;
        Node floor = null;
        while (node != null) {
            visited++;
            if (Long.compareUnsigned(node.first, address) <= 0) {
                floor = node;
                node = node.right;
            } else {
                node = node.left;
            }
        }
        return floor == null ? null : new AddressRange(floor.first, floor.last);
    }

    /** Adds an extent, of whose addresses none may be free. */
    void add(long first, long last) {
        root = insert(root, new Node(first, last));
    }

    /** Lets the extent that begins at the address end elsewhere, which is cheaper than to remove and add it. */
    void setLast(long first, long last) {
        setLast(root, first, last);
    }

    private void setLast(@Nullable Node tree, long first, long last) {
        if (tree == null) {
            throw none(first);
        }
        if (tree.first == first) {
            tree.last = last;
        } else {
            setLast(Long.compareUnsigned(first, tree.first) < 0 ? tree.left : tree.right, first, last);
        }
        update(tree);
    }

    private static IllegalArgumentException none(long first) {
        return new IllegalArgumentException("no free extent begins at 0x" + Long.toHexString(first));
    }

    /** Removes the extent that begins at the address. */
    void remove(long first) {
        root = remove(root, first);
    }

    private Node insert(@Nullable Node tree, Node node) {
        if (tree == null) {
            return update(node);
        }
        if (tree.priority < node.priority) {
            split(tree, node.first, node);
            return update(node);
        }
        if (Long.compareUnsigned(node.first, tree.first) < 0) {
            tree.left = insert(tree.left, node);
        } else {
            tree.right = insert(tree.right, node);
        }
        return update(tree);
    }

    /** Puts what lies below the address to the left of the node, and the rest to its right. */
    private void split(@Nullable Node tree, long address, Node into) {
        if (tree == null) {
            into.left = null;
            into.right = null;
        } else if (Long.compareUnsigned(tree.first, address) < 0) {
            split(tree.right, address, into);
            tree.right = into.left;
            into.left = update(tree);
        } else {
            split(tree.left, address, into);
            tree.left = into.right;
            into.right = update(tree);
        }
    }

    private @Nullable Node remove(@Nullable Node tree, long first) {
        if (tree == null) {
            throw none(first);
        }
        if (tree.first == first) {
            return join(tree.left, tree.right);
        }
        if (Long.compareUnsigned(first, tree.first) < 0) {
            tree.left = remove(tree.left, first);
        } else {
            tree.right = remove(tree.right, first);
        }
        return update(tree);
    }

    private @Nullable Node join(@Nullable Node left, @Nullable Node right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        if (left.priority > right.priority) {
            left.right = join(left.right, right);
            return update(left);
        }
        right.left = join(left, right.left);
        return update(right);
    }

    private Node update(Node node) {
        visited++;
        if (node.longest.length != shapes.size()) {
            node.longest = new long[shapes.size()];
        }
        for (int i = 0; i < shapes.size(); i++) {
            update(node, i);
        }
        return node;
    }

    private void update(Node node, int index) {
        long own = shapes.get(index).longest(node.first, node.last);
        node.longest[index] = Math.max(own, Math.max(below(node.left, index), below(node.right, index)));
    }

    private static long below(@Nullable Node node, int index) {
        return node == null ? 0 : node.longest[index];
    }

    /** Returns which of the numbers of a node belongs to the shape; one that is not known is worked out for all nodes. */
    private int index(Shape shape) {
        int known = shapes.indexOf(shape);
        if (known >= 0) {
            return known;
        }
        int index = shapes.add(shape);
        learn(root, index);
        return index;
    }

    private void learn(@Nullable Node node, int index) {
        if (node != null) {
            visited++;
            learn(node.left, index);
            learn(node.right, index);
            if (node.longest.length != shapes.size()) {
                node.longest = Arrays.copyOf(node.longest, shapes.size());
            }
            update(node, index);
        }
    }
}
