// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Asynchronous Event Requests that are outstanding, and events that wait for one (NVM Express Base Specification 1.4, 5.2).
 *
 * <p>An event that was reported keeps others of its type back until its log page is read.
 */
final class AsynchronousEvents {
    /** How many requests can be outstanding (AERL, counted from 1). */
    static final int LIMIT = 4;

    private static final int ERROR = 0;
    private static final int SMART = 1;

    /** An event as dword 0 of a completion tells it. */
    private record Event(int type, int information, int logPage) {
        int result() {
            return type | information << 8 | logPage << 16;
        }
    }

    private final Queue<Integer> requests = new ArrayDeque<>();
    private final Set<Event> events = new LinkedHashSet<>();
    private final Set<Integer> unreadTypes = new LinkedHashSet<>();

    /** Takes a request; returns a status. */
    int request(int commandId) {
        if (requests.size() == LIMIT) {
            return Status.EVENT_REQUEST_LIMIT_EXCEEDED;
        }
        requests.add(commandId);
        return Status.NOT_YET;
    }

    /** Returns whether a request with an id is outstanding. */
    boolean isOutstanding(int commandId) {
        return requests.contains(commandId);
    }

    /** Takes a request back; returns whether there was one. */
    boolean abort(int commandId) {
        return requests.remove(commandId);
    }

    /** A doorbell of a queue that does not exist was written (figure 147). */
    void invalidDoorbell() {
        events.add(new Event(ERROR, 0, LogPages.ERRORS));
    }

    /** A doorbell was written with a value that cannot be (figure 147). */
    void invalidDoorbellValue() {
        events.add(new Event(ERROR, 1, LogPages.ERRORS));
    }

    /** The temperature passed a threshold (figure 148). */
    void temperature() {
        events.add(new Event(SMART, 1, LogPages.HEALTH));
    }

    /** A log page was read, so that later events that lead there are told again. */
    void read(int logPage) {
        unreadTypes.remove(logPage == LogPages.ERRORS ? ERROR : logPage == LogPages.HEALTH ? SMART : -1);
    }

    /** Reports what can be. */
    void report(SubmissionQueue adminQueue) {
        for (Iterator<Event> all = events.iterator(); all.hasNext() && !requests.isEmpty(); ) {
            Event event = all.next();
            if (unreadTypes.add(event.type)) {
                all.remove();
                adminQueue.complete(requests.remove(), Status.SUCCESS, event.result());
            }
        }
    }

    /** Forgets all, as a reset of the controller does. */
    void clear() {
        requests.clear();
        events.clear();
        unreadTypes.clear();
    }
}
