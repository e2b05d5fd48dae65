// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.deviceaccess.spi.region.Region;

/**
 * A way of using registers that a compiler or the obvious Java would get wrong, and the accesses that the device has to
 * see for it: these, in this order, and no others.
 */
enum Phase {
    /** Code that runs for the first time is interpreted: the obvious Java reads each register before it writes it. */
    COLD_WRITES {
        @Override
        void run(Region bar) {
            bar.write32(LIVENESS, 0x1000_0001);
            bar.write32(LIVENESS, 0x1000_0002);
            bar.write32(LIVENESS, 0x1000_0003);
            for (int i = 4; i < 10; i++) {
                bar.write32(LIVENESS, 0x1000_0000 + i);
            }
        }

        @Override
        void expect(Consumer<Access> seen) {
            for (int i = 1; i < 10; i++) {
                seen.accept(Access.write32(LIVENESS, 0x1000_0000 + i));
            }
        }
    },

    /** Code that runs often is compiled: stores that nothing reads could be dropped. */
    HOT_WRITES {
        @Override
        void run(Region bar) {
            for (int i = 0; i < ROUNDS; i++) {
                bar.write32(LIVENESS, 0x2000_0000 + i);
            }
        }

        @Override
        void expect(Consumer<Access> seen) {
            for (int i = 0; i < ROUNDS; i++) {
                seen.accept(Access.write32(LIVENESS, 0x2000_0000 + i));
            }
        }
    },

    /** Two stores side by side could become one of 64 bits. */
    ADJACENT_WRITES {
        @Override
        void run(Region bar) {
            for (int i = 0; i < ROUNDS; i++) {
                writePair(bar, i);
            }
        }

        private void writePair(Region bar, int value) {
            bar.write32(DMA_SOURCE, value);
            bar.write32(DMA_SOURCE + 4, 0);
        }

        @Override
        void expect(Consumer<Access> seen) {
            for (int i = 0; i < ROUNDS; i++) {
                seen.accept(Access.write32(DMA_SOURCE, i));
                seen.accept(Access.write32(DMA_SOURCE + 4, 0));
            }
        }
    },

    /** The first of two stores of the same value to the same place could be dropped. */
    REPEATED_WRITES {
        @Override
        void run(Region bar) {
            for (int i = 0; i < ROUNDS; i++) {
                writeTwice(bar);
            }
        }

        private void writeTwice(Region bar) {
            bar.write32(LIVENESS, 0x4000_0000);
            bar.write32(LIVENESS, 0x4000_0000);
        }

        @Override
        void expect(Consumer<Access> seen) {
            for (int i = 0; i < 2 * ROUNDS; i++) {
                seen.accept(Access.write32(LIVENESS, 0x4000_0000));
            }
        }
    },

    /** A load behind a store to the same place could be answered with what was stored. */
    READ_BACK {
        @Override
        void run(Region bar) {
            for (int i = 0; i < ROUNDS; i++) {
                int value = 0x5000_0000 + i;
                bar.write32(LIVENESS, value);
                int answer = bar.read32(LIVENESS);
                if (answer != ~value) {
                    throw new AssertionError("wrote " + value + ", the register inverts it and answered " + answer);
                }
            }
        }

        @Override
        void expect(Consumer<Access> seen) {
            for (int i = 0; i < ROUNDS; i++) {
                int value = 0x5000_0000 + i;
                seen.accept(Access.write32(LIVENESS, value));
                seen.accept(Access.read32(LIVENESS, ~value));
            }
        }
    },

    /** Two loads of one place whose values are combined could become one, or none. */
    REPEATED_READS {
        @Override
        @SuppressWarnings("IdentityBinaryExpression") // the two reads are two on purpose
        void run(Region bar) {
            bar.write32(LIVENESS, 0x6000_0000);
            for (int i = 0; i < ROUNDS; i++) {
                if ((bar.read32(LIVENESS) ^ bar.read32(LIVENESS)) != 0) {
                    throw new AssertionError("the register changed by itself");
                }
            }
        }

        @Override
        void expect(Consumer<Access> seen) {
            seen.accept(Access.write32(LIVENESS, 0x6000_0000));
            for (int i = 0; i < 2 * ROUNDS; i++) {
                seen.accept(Access.read32(LIVENESS, ~0x6000_0000));
            }
        }
    },

    /** A 64-bit access is one transaction. */
    WIDE_WRITES {
        @Override
        void run(Region bar) {
            for (int i = 0; i < ROUNDS; i++) {
                bar.write64(DMA_SOURCE, (long) i << 32 | i);
            }
        }

        @Override
        void expect(Consumer<Access> seen) {
            for (int i = 0; i < ROUNDS; i++) {
                seen.accept(Access.write64(DMA_SOURCE, (long) i << 32 | i));
            }
        }
    };

    /** Enough for the second compiler to compile the loop and its callees. */
    static final int ROUNDS = 20_000;

    /** The edu device's register that answers with the inverse of what was written (QEMU docs/specs/edu.rst). */
    static final long LIVENESS = 0x04;

    /** A 64-bit register of the edu device that takes values without an effect (QEMU docs/specs/edu.rst). */
    private static final long DMA_SOURCE = 0x80;

    /** What is written to the liveness register before each phase, and after the last, with the phase's number. */
    private static final int MARK = 0x7a00_0000;

    abstract void run(Region bar);

    abstract void expect(Consumer<Access> seen);

    List<Access> expected() {
        List<Access> accesses = new ArrayList<>();
        expect(accesses::add);
        return accesses;
    }

    /** Returns the write that begins a phase; the number after the last phase's ends it. */
    static Access mark(int number) {
        return Access.write32(LIVENESS, MARK + number);
    }
}
