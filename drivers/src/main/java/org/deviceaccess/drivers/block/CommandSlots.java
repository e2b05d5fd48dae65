// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

/**
 * The commands of one queue that have not ended, each in a slot, and since when the device has them. Used by one thread at a
 * time; allocates nothing.
 *
 * <p>The id of a command is its slot in the low bits and a number that changes from use to use above, so that a
 * completion that comes twice is not taken for that of the next command in the slot.
 */
public final class CommandSlots {
    private static final int ID_MASK = 0xffff;

    /** What is with a command. */
    enum State {
        FREE,
        /** The device has it, or will with what is published next. */
        UNDER_WAY,
        /** Under way for too long: the device was asked to end it. */
        OVERDUE,
        /** The device has ended it with a status that invites to try again. */
        TRY_AGAIN
    }

    private final State[] states;
    private final int[] ids;
    private final int[] free;
    private final int[] fresh;
    private final int[] tries;
    private final long[] tokens;
    private final long[] since;
    private final int step;
    private int used;
    private int freshCount;

    /**
     * Makes free slots.
     *
     * @param depth how many, 1 to 32,768
     */
    CommandSlots(int depth) {
        states = new State[depth];
        ids = new int[depth];
        free = new int[depth];
        fresh = new int[depth];
        tries = new int[depth];
        tokens = new long[depth];
        since = new long[depth];
        step = depth == 1 ? 1 : Integer.highestOneBit(depth - 1) << 1;
        for (int slot = 0; slot < depth; slot++) {
            states[slot] = State.FREE;
            ids[slot] = slot;
            free[slot] = slot;
        }
    }

    /** Returns how many slots there are. */
    public int depth() {
        return free.length;
    }

    /** Returns how many slots are used. */
    public int used() {
        return used;
    }

    /**
     * Returns the slot of a command that the device has.
     *
     * @param id what the device says its id is
     * @return its slot, or -1 if the device has none with the id
     */
    public int find(int id) {
        int slot = id & (step - 1);
        return slot < states.length && ids[slot] == id && isWithDevice(slot) ? slot : -1;
    }

    /** Returns whether the device has the command of a slot. */
    public boolean isWithDevice(int slot) {
        return states[slot] == State.UNDER_WAY || states[slot] == State.OVERDUE;
    }

    /** Returns the slot that {@link #take} takes next; some are free. */
    int next() {
        return free[used];
    }

    /** Returns the id that the next command in a free slot has. */
    int nextId(int slot) {
        return (ids[slot] + step) & ID_MASK;
    }

    /** Takes the next slot for a command. */
    void take(long token) {
        int slot = free[used];
        used++;
        begin(slot);
        tries[slot] = 0;
        tokens[slot] = token;
        fresh[freshCount] = slot;
        freshCount++;
    }

    /** Lets the command of a slot begin once more, under a new id; the time it may take began with the first try. */
    void takeAgain(int slot) {
        begin(slot);
        tries[slot]++;
    }

    private void begin(int slot) {
        states[slot] = State.UNDER_WAY;
        ids[slot] = nextId(slot);
    }

    /** Returns whether commands were taken that {@link #stamp} was not told of. */
    boolean hasFresh() {
        return freshCount > 0;
    }

    /** Notes that the device gets now the commands that were taken since it was called last. */
    void stamp(long now) {
        for (int i = 0; i < freshCount; i++) {
            since[fresh[i]] = now;
        }
        freshCount = 0;
    }

    State state(int slot) {
        return states[slot];
    }

    int id(int slot) {
        return ids[slot];
    }

    /** Returns what the command of a slot was submitted with. */
    long token(int slot) {
        return tokens[slot];
    }

    /** Returns how often the command of a slot began once more. */
    int tries(int slot) {
        return tries[slot];
    }

    /** Returns since when the device has the command of a slot, or since when it is overdue. */
    long since(int slot) {
        return since[slot];
    }

    void setOverdue(int slot, long now) {
        states[slot] = State.OVERDUE;
        since[slot] = now;
    }

    void setTryAgain(int slot) {
        states[slot] = State.TRY_AGAIN;
    }

    /** Frees a slot. */
    void release(int slot) {
        states[slot] = State.FREE;
        used--;
        free[used] = slot;
    }

    /** Forgets which commands {@link #stamp} was not told of: all are released. */
    void forgetFresh() {
        freshCount = 0;
    }
}
