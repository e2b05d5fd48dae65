// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import org.deviceaccess.linux.libc.EventFd;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.LibC;

/**
 * A descriptor that becomes readable at an event, and how to count its events.
 *
 * @param fd the descriptor; reading it must not block
 * @param counter how its events are counted, for this descriptor only
 * @param giveBack what ends the use of the descriptor
 */
public record EventSource(Fd fd, EventCounter counter, Runnable giveBack) {
    /** Makes a source whose descriptor is closed when it is not used any more. */
    public EventSource(Fd fd, EventCounter counter) {
        this(fd, counter, fd::close);
    }

    /** Makes a source whose descriptor is somebody else's, who closes it later. */
    public static EventSource borrowed(Fd fd, EventCounter counter) {
        return new EventSource(fd, counter, () -> {});
    }

    /**
     * Makes a new eventfd.
     *
     * @param libc the C library
     * @param name what it is for: {@code MSI 0 of 0000:00:10.0}
     */
    public static EventSource eventFd(LibC libc, String name) {
        return new EventSource(EventFd.create(libc, name), EventCounter.eventFd());
    }
}
