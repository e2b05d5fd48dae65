// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import org.deviceaccess.spi.network.NetworkStatistics;

/**
 * The statistics registers (82574 datasheet, chapter 10.2.7), which reading clears and which stay at their highest value
 * instead of starting anew. Safe for use by any thread.
 */
final class Counters {
    private static final int CRCERRS = 0x04000;
    private static final int RXERRC = 0x0400c;
    private static final int MPC = 0x04010;
    private static final int RLEC = 0x04040;
    private static final int GPRC = 0x04074;
    private static final int GPTC = 0x04080;
    private static final int GORCL = 0x04088;
    private static final int GOTCL = 0x04090;
    private static final int RUC = 0x040a4;
    private static final int RFC = 0x040a8;
    private static final int ROC = 0x040ac;
    private static final int RJC = 0x040b0;

    private final E1000eRegisters registers;
    private NetworkStatistics sum = new NetworkStatistics(0, 0, 0, 0, 0, 0); // guarded by this

    Counters(E1000eRegisters registers) {
        this.registers = registers;
    }

    /** Forgets what was counted before the driver came. */
    synchronized void clear() {
        read();
        sum = new NetworkStatistics(0, 0, 0, 0, 0, 0);
    }

    /** Returns what was counted so far. */
    synchronized NetworkStatistics read() {
        // All of it is read before any is believed: a device that is gone counts nothing but ones.
        long received = count(GPRC);
        long receivedBytes = count64(GORCL);
        long sent = count(GPTC);
        long sentBytes = count64(GOTCL);
        long missed = count(MPC);
        long damaged = count(CRCERRS) + count(RXERRC) + count(RLEC) + count(RUC) + count(RFC) + count(ROC) + count(RJC);
        registers.requirePresent("read the statistics");
        sum = new NetworkStatistics(
                sum.receivedPackets() + received,
                sum.receivedBytes() + receivedBytes,
                sum.sentPackets() + sent,
                sum.sentBytes() + sentBytes,
                sum.missedPackets() + missed,
                sum.receiveErrors() + damaged);
        return sum;
    }

    private long count(int register) {
        return Integer.toUnsignedLong(registers.read(register));
    }

    /** Reads a counter of 64 bits; reading the high half clears it. */
    private long count64(int low) {
        long value = count(low);
        return value | count(low + Integer.BYTES) << Integer.SIZE;
    }
}
