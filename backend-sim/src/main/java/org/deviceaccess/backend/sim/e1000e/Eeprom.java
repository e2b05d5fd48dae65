// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import org.deviceaccess.spi.network.MacAddress;

/** What is stored on the card: its address, and a checksum (82574 datasheet, chapter 6). */
final class Eeprom {
    private static final int WORDS = 0x40;
    private static final int CHECKSUM = 0xbaba;

    private final int[] words = new int[WORDS];

    Eeprom(MacAddress mac) {
        int sum = 0;
        for (int word = 0; word < MacAddress.LENGTH / 2; word++) {
            words[word] = mac.octet(2 * word) | mac.octet(2 * word + 1) << Byte.SIZE;
            sum += words[word];
        }
        words[WORDS - 1] = (CHECKSUM - sum) & 0xffff;
    }

    /** Returns a word; what lies behind the last is not programmed. */
    int word(int index) {
        return index < WORDS ? words[index] : 0xffff;
    }
}
