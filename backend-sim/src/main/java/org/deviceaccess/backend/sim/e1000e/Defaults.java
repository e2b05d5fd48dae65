// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

/**
 * What registers that are nothing but memory hold after a reset, where it is not 0 (82574 datasheet, chapter 10.2, and
 * chapter 6 for what comes from the EEPROM).
 */
final class Defaults {
    private static final int[][] VALUES = {
        {0x00410, 0x00602008}, // TIPG
        {0x00e00, 0x07061302}, // LEDCTL
        {0x00f00, 1 << 3}, // EXTCNF_CTRL
        {0x00f10, 0x0000030d}, // POEMB
        {0x01000, 0x00140014}, // PBA: 20 KB for each direction
        {0x01010, 1 << 31 | 1 << 18}, // EEMNGCTL: done, and the PHY is configured
        {0x02170, 0x00040402}, // PSRCTL
        {0x02828, 1 << 16}, // RXDCTL
        {0x02928, 1 << 16}, // RXDCTL1
        {0x03840, 0x00000403}, // TARC0: enabled
        {0x03940, 0x00000403}, // TARC1
        {0x05000, 0x00000300}, // RXCSUM
        {0x05b00, 1 << 9 | 1 << 23 | 1 << 25}, // GCR: the latencies of L0s and L1
    };

    private Defaults() {}

    static void apply(RegisterFile file) {
        for (int[] each : VALUES) {
            file.set(each[0], each[1]);
        }
    }
}
