// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.ScratchPool;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors that are waited for: each alone by its index, and all of them together by the index {@link #any}.
 *
 * <p>Safe for use by any thread until it is closed, which its owner does when nobody uses it any more. Looking
 * allocates nothing once as many have looked at the same time before.
 */
final class EventSources {
    private static final int SCRATCH_SIZE = 16; // a count, or a struct epoll_event

    private final LibC libc;
    private final String name;
    private final List<EventSource> sources;
    private final int[] fds;
    private final ScratchPool scratch = new ScratchPool(SCRATCH_SIZE);
    private volatile @Nullable AnyReady anyReady; // made when first needed

    /** @param name what the events are, for errors */
    EventSources(LibC libc, String name, List<EventSource> sources) {
        this.libc = libc;
        this.name = name;
        this.sources = sources;
        this.fds = sources.stream().mapToInt(source -> source.fd().number()).toArray();
    }

    /** Returns the index that stands for all. */
    int any() {
        return fds.length;
    }

    /** Returns the number of the descriptor to wait for. */
    int fd(int index) {
        return index == any() ? anyReady().number() : fds[index];
    }

    /** Takes the events of a descriptor, or finds one of all that is ready: 1 plus its index. Answers 0 for nothing. */
    long look(int index) {
        MemorySegment buffer = scratch.take();
        try {
            return index == any() ? anyReady().find(buffer) + 1 : take(index, buffer);
        } finally {
            scratch.give(buffer);
        }
    }

    private AnyReady anyReady() {
        AnyReady made = anyReady;
        return made == null ? makeAnyReady() : made;
    }

    private synchronized AnyReady makeAnyReady() {
        AnyReady made = anyReady;
        if (made == null) {
            made = new AnyReady(libc, fds, name);
            anyReady = made;
        }
        return made;
    }

    private long take(int index, MemorySegment buffer) {
        EventSource source = sources.get(index);
        long events = source.counter().take(libc, fds[index], buffer);
        if (events >= 0) {
            return events;
        }
        if (events == -Errnos.EAGAIN) {
            return 0;
        }
        if (events == -Errnos.EIO) {
            throw new DeviceLostException(lost(index).errno(Errnos.of(Errnos.EIO)));
        }
        throw KernelErrors.of(
                events,
                Failure.during("take the events of " + name).path(source.fd().name()));
    }

    /** Returns what to say of a descriptor that has failed. */
    Failure lost(int index) {
        Failure failure = Failure.during("wait for " + name)
                .because("the kernel reports that there will be no more events")
                .remedy("Close the device; when it is back, open it again");
        return index == any() ? failure : failure.path(sources.get(index).fd().name());
    }

    void close(CloseSteps steps) {
        AnyReady made = anyReady;
        if (made != null) {
            steps.run(made::close);
        }
        sources.forEach(source -> steps.run(source.giveBack()));
    }
}
