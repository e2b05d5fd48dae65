// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import java.util.List;

/**
 * How often requirements are tried that one try cannot show, such as races and leaks.
 *
 * @param races rounds of each race
 * @param cycles cycles of opening and closing in which nothing may be left behind
 * @param interrupts interrupts that are raised and counted
 * @param buffers rounds of allocating and closing DMA buffers
 * @param failures how many of the steps of an operation are made to fail, each in a round of its own; where there are more
 *     steps, some of them
 */
public record Effort(int races, int cycles, int interrupts, int buffers, int failures) {
    /** Under a minute for all requirements, also on an emulated machine. */
    public static final Effort QUICK = new Effort(10, 6, 50, 60, 40);
    /** 10,000 rounds of everything. */
    public static final Effort FULL = new Effort(10_000, 10_000, 10_000, 10_000, 10_000);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public Effort {
        if (races < 1 || cycles < 1 || interrupts < 1 || buffers < 1 || failures < 1) {
            throw new IllegalArgumentException(
                    "rounds must be at least 1: " + List.of(races, cycles, interrupts, buffers, failures));
        }
    }

    /**
     * Returns the effort with the same number of rounds for everything.
     *
     * @param rounds at least 1
     */
    public static Effort rounds(int rounds) {
        return new Effort(rounds, rounds, rounds, rounds, rounds);
    }
}
