// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.network.MacAddress;

/** The non-volatile memory of the card, read word by word through EERD (82574 datasheet, chapters 6 and 10.2.2). */
final class Eeprom {
    /** The words 0x00 to 0x3f, of which the last makes the sum right. */
    private static final int CHECKED_WORDS = 0x40;

    private static final int CHECKSUM = 0xbaba;
    private static final int MAC_WORDS = 3;
    private static final String OPERATION = "read the EEPROM";

    private final E1000eRegisters registers;
    private final Duration timeout;

    Eeprom(E1000eRegisters registers, Duration timeout) {
        this.registers = registers;
        this.timeout = timeout;
    }

    /**
     * Returns the card's address, once the checksum has shown that what is stored is sound.
     *
     * @throws MalformedDeviceException if it is not
     */
    MacAddress mac() {
        long bits = 0;
        int sum = 0;
        for (int word = 0; word < CHECKED_WORDS; word++) {
            int value = read(word);
            sum += value;
            if (word < MAC_WORDS) {
                // The byte that is first on the wire is the low half of the first word.
                bits = (bits << 16) | ((value & 0xff) << 8) | (value >>> 8);
            }
        }
        if ((sum & 0xffff) != CHECKSUM) {
            throw malformed("its checksum is 0x" + Integer.toHexString(sum & 0xffff) + " instead of 0xbaba");
        }
        MacAddress mac = new MacAddress(bits);
        if (mac.isMulticast() || bits == 0) {
            throw malformed("it has " + mac + " as the card's address, which is not that of one station");
        }
        return mac;
    }

    private int read(int word) {
        registers.write(E1000eRegisters.EERD, word << E1000eRegisters.EERD_ADDRESS_SHIFT | E1000eRegisters.EERD_START);
        return registers.await(
                        E1000eRegisters.EERD,
                        "EERD",
                        E1000eRegisters.EERD_DONE,
                        E1000eRegisters.EERD_DONE,
                        timeout,
                        OPERATION)
                >>> E1000eRegisters.EERD_DATA_SHIFT;
    }

    private MalformedDeviceException malformed(String detail) {
        return new MalformedDeviceException(Failure.during(OPERATION + " of " + registers.device())
                .because(detail)
                .remedy("Restore the card's EEPROM with the vendor's tool; without one the card is defective"));
    }
}
