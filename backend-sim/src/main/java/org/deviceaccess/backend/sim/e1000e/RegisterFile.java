// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.Arrays;

/** The registers that are nothing but memory. */
final class RegisterFile {
    /** How much of BAR 0 has registers. */
    private static final int SIZE = 0x0c000;

    private final int[] values = new int[SIZE / Integer.BYTES];

    int get(long register) {
        return register < SIZE ? values[(int) register / Integer.BYTES] : 0;
    }

    void set(long register, int value) {
        if (register < SIZE) {
            values[(int) register / Integer.BYTES] = value;
        }
    }

    void clear() {
        Arrays.fill(values, 0);
    }
}
