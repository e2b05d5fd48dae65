// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

/**
 * The commands of one queue that are under way, each in a slot.
 *
 * <p>The id of a command is its slot in the low bits and a number that changes from use to use above, so that a
 * completion that comes twice is not taken for that of the next command in the slot.
 */
public final class CommandSlots {
    private static final int ID_MASK = 0xffff;
    private static final long UNSEEN = 0;

    private enum State {
        FREE,
        UNDER_WAY,
        /** Under way for too long: its abort was asked for. */
        OVERDUE,
        /** Was under way when its queue was lost, and will not be completed by the device. */
        LOST,
        LOST_OVERDUE
    }

    private final State[] states;
    private final int[] ids;
    private final int[] free;
    private final long[] tokens;
    private final long[] seen;
    private final int step;
    private int used;

    /**
     * Makes free slots.
     *
     * @param depth how many, 1 to 32,768
     */
    public CommandSlots(int depth) {
        states = new State[depth];
        ids = new int[depth];
        free = new int[depth];
        tokens = new long[depth];
        seen = new long[depth];
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

    /** Returns the slot that {@link #take} would take, or -1 if all are used. */
    public int next() {
        return used == free.length ? -1 : free[used];
    }

    /** Takes the next slot for a command. */
    public void take(long token) {
        int slot = free[used];
        used++;
        states[slot] = State.UNDER_WAY;
        ids[slot] = (ids[slot] + step) & ID_MASK;
        tokens[slot] = token;
        seen[slot] = UNSEEN;
    }

    /** Returns the id that the command of a slot has, or, of a slot to be taken, that the next one will have. */
    public int id(int slot) {
        return states[slot] == State.FREE ? (ids[slot] + step) & ID_MASK : ids[slot];
    }

    /** Returns the slot of a command that is under way, or -1 if there is none with the id. */
    public int find(int id) {
        int slot = id & (step - 1);
        return slot < states.length && ids[slot] == id && waits(slot) ? slot : -1;
    }

    /** Returns what the command of a slot was submitted with. */
    public long token(int slot) {
        return tokens[slot];
    }

    /** Returns whether the command of a slot took too long. */
    public boolean isOverdue(int slot) {
        return states[slot] == State.OVERDUE || states[slot] == State.LOST_OVERDUE;
    }

    /** Returns whether the command of a slot will not be completed by the device. */
    public boolean isLost(int slot) {
        return states[slot] == State.LOST || states[slot] == State.LOST_OVERDUE;
    }

    /** Frees a slot. */
    public void release(int slot) {
        states[slot] = State.FREE;
        used--;
        free[used] = slot;
    }

    /**
     * Returns a command that was first seen under way more than so many nanoseconds ago, and marks it as overdue.
     *
     * @return its slot, or -1 if there is none
     */
    public int findOverdue(long now, long nanos) {
        for (int slot = 0; slot < states.length; slot++) {
            if (states[slot] != State.UNDER_WAY) {
                continue;
            }
            if (seen[slot] == UNSEEN) {
                seen[slot] = now == UNSEEN ? 1 : now;
            } else if (now - seen[slot] > nanos) {
                states[slot] = State.OVERDUE;
                return slot;
            }
        }
        return -1;
    }

    /** Marks all commands that are under way as lost. */
    public void loseAll() {
        for (int slot = 0; slot < states.length; slot++) {
            if (waits(slot)) {
                states[slot] = states[slot] == State.OVERDUE ? State.LOST_OVERDUE : State.LOST;
            }
        }
    }

    private boolean waits(int slot) {
        return states[slot] == State.UNDER_WAY || states[slot] == State.OVERDUE;
    }
}
