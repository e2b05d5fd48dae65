// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as people write them, and filters made of them. */
class MacAddressTest {
    @Test
    void isReadAndWritten() {
        MacAddress address = MacAddress.parse("52:54:00:aB:cd:13");
        assertEquals(0x525400abcd13L, address.bits());
        assertEquals("52:54:00:ab:cd:13", address.toString());
        assertEquals(0x52, address.octet(0));
        assertEquals(0x13, address.octet(5));
        assertFalse(address.isMulticast());
        assertTrue(MacAddress.parse("01:00:5e:00:00:01").isMulticast());
        assertTrue(MacAddress.BROADCAST.isMulticast());
        assertEquals("ff:ff:ff:ff:ff:ff", MacAddress.BROADCAST.toString());
        assertThrows(IndexOutOfBoundsException.class, () -> address.octet(6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "52:54:00:00:00", "52:54:00:00:00:1", "52-54-00-00-00-13", "52:54:00:00:00:13:00"})
    void refusesOtherForms(String text) {
        assertThrows(IllegalArgumentException.class, () -> MacAddress.parse(text));
    }

    @Test
    void refusesWhatIsNoGroup() {
        assertThrows(IllegalArgumentException.class, () -> new MacAddress(1L << 48));
        MacAddress station = MacAddress.parse("52:54:00:00:00:13");
        assertThrows(IllegalArgumentException.class, () -> new ReceiveFilter(false, false, Set.of(station)));
    }
}
