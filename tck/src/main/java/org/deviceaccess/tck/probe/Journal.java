// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What was done with a device, in the order in which it was. Safe for use by any thread. */
public final class Journal {
    private static final int MOST_SHOWN = 5;

    /** Kinds of things that are done with a device. */
    public enum Kind {
        /** A register was read. */
        READ,
        /** A register was written. */
        WRITE,
        /** Interrupts were asked for. */
        ENABLE,
        /** Interrupts were given back. */
        DISABLE,
        /** Memory for DMA was asked for. */
        ALLOCATE,
        /** Memory for DMA was given back. */
        GIVE_BACK,
        /** The device was reset. */
        RESET
    }

    /**
     * One thing that was done.
     *
     * @param kind of which kind it is
     * @param what what exactly, for messages
     */
    public record Entry(Kind kind, String what) {}

    private final List<Entry> entries = new ArrayList<>(); // guarded by this
    private long accesses; // guarded by this

    synchronized void add(Kind kind, String what) {
        entries.add(new Entry(kind, what));
    }

    /** Adds a register access and returns how many there were, this one included. Reads in a row of one register are one. */
    synchronized long access(Kind kind, String what) {
        Entry entry = new Entry(kind, what);
        if (kind == Kind.WRITE || entries.isEmpty() || !entries.getLast().equals(entry)) {
            entries.add(entry);
        }
        return ++accesses;
    }

    /** Returns how many register accesses there were. */
    public synchronized long accesses() {
        return accesses;
    }

    /** Returns where the journal ends, for {@link #since}. */
    public synchronized int mark() {
        // What follows is not joined to what was before.
        entries.add(new Entry(Kind.READ, ""));
        return entries.size();
    }

    /** Returns what was done after a mark. */
    public synchronized List<Entry> since(int mark) {
        return List.copyOf(entries.subList(mark, entries.size()));
    }

    /** Returns the first of some entries in words, for messages. */
    public static String words(List<Entry> entries) {
        String first = entries.stream()
                .limit(MOST_SHOWN)
                .map(entry -> entry.kind() + " " + entry.what())
                .collect(Collectors.joining(", "));
        return entries.size() > MOST_SHOWN ? first + " and " + (entries.size() - MOST_SHOWN) + " more" : first;
    }
}
