// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;

/**
 * The cables between cards, by name: each is there while a card is at one of its ends. Safe for use by any thread.
 */
public final class Cables {
    private static final int ENDS = 2;

    private final Map<String, List<CableEnd>> used = new HashMap<>(); // guarded by this

    /** Makes a set of cables of which none is used. */
    public Cables() {}

    /**
     * Returns where to plug into a cable.
     *
     * @param name which one; it is made when the first card is plugged in
     * @throws DeviceBusyException if both of its ends are used
     */
    public synchronized Outlet named(String name) {
        requireFree(name, used.getOrDefault(name, List.of()));
        return station -> plugIn(name, station);
    }

    private synchronized Wire plugIn(String name, Station station) {
        List<CableEnd> ends = used.computeIfAbsent(name, _ -> new ArrayList<>(ENDS));
        requireFree(name, ends);
        CableEnd end = new CableEnd(this, name, station);
        ends.add(end);
        if (ends.size() == ENDS) {
            CableEnd.connect(ends.getFirst(), end);
        }
        return end;
    }

    synchronized void unplug(CableEnd end) {
        List<CableEnd> ends = used.getOrDefault(end.name(), List.of());
        ends.remove(end);
        ends.forEach(CableEnd::disconnect);
        end.disconnect();
        if (ends.isEmpty()) {
            used.remove(end.name());
        }
    }

    private static void requireFree(String name, List<CableEnd> ends) {
        if (ends.size() == ENDS) {
            throw new DeviceBusyException(Failure.during("plug a card into the wire '" + name + "'")
                    .because("two cards are at its ends already")
                    .remedy("Close one of them, or use a wire of another name"));
        }
    }
}
