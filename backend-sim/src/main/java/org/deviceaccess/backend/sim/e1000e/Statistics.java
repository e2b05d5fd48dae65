// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.Arrays;

/** The counters, which reading clears and which stay at their highest value (82574 datasheet, chapter 10.2.7). */
final class Statistics {
    static final int CRCERRS = 0x04000;
    static final int MPC = 0x04010;
    static final int GPRC = 0x04074;
    static final int GPTC = 0x04080;
    static final int GORC = 0x04088;
    static final int GOTC = 0x04090;
    static final int ROC = 0x040ac;

    private static final int FIRST = 0x04000;
    private static final int LAST = 0x04124;

    private final int[] counters = new int[(LAST - FIRST) / Integer.BYTES + 1];

    static boolean has(int register) {
        return register >= FIRST && register <= LAST;
    }

    void count(int register) {
        if (counters[index(register)] != -1) {
            counters[index(register)]++;
        }
    }

    /** Counts bytes in one of the counters of 64 bits. */
    void add(int low, int bytes) {
        long sum = Integer.toUnsignedLong(counters[index(low)])
                + ((long) counters[index(low) + 1] << Integer.SIZE)
                + bytes;
        counters[index(low)] = (int) sum;
        counters[index(low) + 1] = (int) (sum >>> Integer.SIZE);
    }

    int read(int register) {
        int value = counters[index(register)];
        if (register == GORC || register == GOTC) {
            return value;
        }
        counters[index(register)] = 0;
        if (register == GORC + Integer.BYTES || register == GOTC + Integer.BYTES) {
            counters[index(register) - 1] = 0;
        }
        return value;
    }

    void clear() {
        Arrays.fill(counters, 0);
    }

    private static int index(int register) {
        return (register - FIRST) / Integer.BYTES;
    }
}
