// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DmaConstraintsTest {
    @Test
    void theHighestAddressFollowsFromTheBits() {
        assertEquals(0x0fff_ffffL, DmaConstraints.addressBits(28).highestAddress());
        assertEquals(1, DmaConstraints.addressBits(1).highestAddress());
        assertEquals(-1L, DmaConstraints.addressBits(64).highestAddress());
    }

    @Test
    void eachChangeKeepsTheRest() {
        DmaConstraints constraints = DmaConstraints.addressBits(32)
                .withAlignment(512)
                .withBoundary(65536)
                .withSegments(3, 4096)
                .withDirection(DmaDirection.TO_DEVICE);
        assertEquals(new DmaConstraints(32, 512, 65536, 3, 4096, DmaDirection.TO_DEVICE), constraints);
    }

    @Test
    void whatMakesNoSenseIsRefusedWithTheValue() {
        assertMessage("65", () -> DmaConstraints.addressBits(65));
        assertMessage("0", () -> DmaConstraints.addressBits(0));
        assertMessage("48", () -> DmaConstraints.NONE.withAlignment(48));
        assertMessage("-4096", () -> DmaConstraints.NONE.withAlignment(-4096));
        assertMessage("3", () -> DmaConstraints.NONE.withBoundary(3));
        assertMessage("0", () -> DmaConstraints.NONE.withSegments(0, 1));
        assertMessage("-1", () -> DmaConstraints.NONE.withSegments(1, -1));
    }

    private static void assertMessage(String value, Runnable call) {
        var error = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(String.valueOf(error.getMessage()).contains(" " + value + " "), error.getMessage());
    }

    @Test
    void rangesAreUnsigned() {
        AddressRange high = new AddressRange(Long.MAX_VALUE, -1L);
        assertTrue(high.contains(Long.MIN_VALUE));
        assertFalse(high.contains(1));
        assertEquals("0x7fffffffffffffff-0xffffffffffffffff", high.toString());
        assertThrows(IllegalArgumentException.class, () -> new AddressRange(-1L, 0));
    }
}
