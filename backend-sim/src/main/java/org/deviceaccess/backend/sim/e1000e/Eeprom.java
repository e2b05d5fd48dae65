// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.Arrays;
import org.deviceaccess.spi.network.MacAddress;

/**
 * What is stored on the card: its address, what it is, and a checksum (82574 datasheet, chapter 6). What is programmed is
 * gone when the card is closed.
 */
final class Eeprom {
    private static final int WORDS = 0x40;
    private static final int LAST = WORDS - 1;
    private static final int CHECKSUM = 0xbaba;
    private static final int ERASED = 0xffff;

    private final int[] words = new int[WORDS];

    Eeprom(MacAddress mac) {
        for (int word = 0; word < MacAddress.LENGTH / 2; word++) {
            words[word] = mac.octet(2 * word) | mac.octet(2 * word + 1) << Byte.SIZE;
        }
        words[0x04] = 0xf746; // LEDs for identification: what the card does by itself
        words[0x05] = 0x1080; // the version of the image, 1.8
        words[0x0a] = 0x0003; // initialization control 1: ids are loaded from here
        words[0x0b] = E1000eModel.ID.subsystem();
        words[0x0c] = E1000eModel.ID.subsystemVendor();
        words[0x0d] = E1000eModel.ID.device();
        words[0x0e] = E1000eModel.ID.vendor();
        words[0x0f] = 0x0000; // initialization control 2: no management
        words[0x12] = 0x4000; // the signature of an image
        words[0x24] = 0x0000; // initialization control 3: no wake-up by APM
        words[LAST] = (CHECKSUM - Arrays.stream(words).sum()) & 0xffff;
    }

    /** Returns a word; what lies behind the last is not programmed. */
    int word(int index) {
        return index < WORDS ? words[index] : ERASED;
    }

    /** Programs a word, if there is one. */
    void program(int index, int value) {
        if (index < WORDS) {
            words[index] = value;
        }
    }
}
