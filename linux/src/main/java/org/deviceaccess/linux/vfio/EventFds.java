// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.linux.event.EventSource;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.LibC;

/** Makes several eventfds, or none. */
final class EventFds {
    private EventFds() {}

    /** Returns one eventfd for each name; those made before one could not be made are closed again. */
    static List<EventSource> create(LibC libc, List<String> names) {
        List<EventSource> made = new ArrayList<>();
        try {
            for (String name : names) {
                made.add(EventSource.eventFd(libc, name));
            }
            return made;
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, made.stream().map(EventSource::giveBack).toArray(Runnable[]::new));
        }
    }

    /** Returns the descriptors' numbers, to be handed to the kernel while nobody can close them. */
    static int[] numbers(List<EventSource> sources) {
        return sources.stream().mapToInt(source -> source.fd().number()).toArray();
    }
}
