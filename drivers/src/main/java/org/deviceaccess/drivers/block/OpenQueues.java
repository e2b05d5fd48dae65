// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;

/** The queues of a disk that are open, and what closed ones have left behind. Used by one thread at a time. */
final class OpenQueues {
    private final Set<RecoveringQueue> queues = new LinkedHashSet<>();
    private final BitSet numbers = new BitSet();
    /** Of queues that are closed, whose memory a device that could not be stopped may still use. */
    private final List<CommandRing> kept = new ArrayList<>();

    Collection<RecoveringQueue> all() {
        return Collections.unmodifiableCollection(queues);
    }

    boolean contains(RecoveringQueue queue) {
        return queues.contains(queue);
    }

    /**
     * Returns a number that no open queue has.
     *
     * @param device the device's name, for the message
     * @param most how many queues there can be
     * @throws DeviceBusyException if all are open
     */
    int freeNumber(String device, int most) {
        int number = numbers.nextClearBit(0);
        if (number >= most) {
            throw new DeviceBusyException(Failure.during("open a queue of " + device)
                    .because("all " + most + " queues are open")
                    .remedy("Close one, or give the driver or the device more"));
        }
        return number;
    }

    void add(RecoveringQueue queue) {
        queues.add(queue);
        numbers.set(queue.number());
    }

    void remove(RecoveringQueue queue) {
        queues.remove(queue);
        numbers.clear(queue.number());
    }

    /** Keeps the memory of a queue until {@link #closeAll}. */
    void keep(CommandRing ring) {
        kept.add(ring);
    }

    /** Gives all memory back, which the device does not use any more. */
    void closeAll() {
        queues.forEach(queue -> queue.ring().close());
        queues.clear();
        kept.forEach(CommandRing::close);
        kept.clear();
    }
}
