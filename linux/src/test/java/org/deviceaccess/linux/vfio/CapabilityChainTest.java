// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.junit.jupiter.api.Test;

class CapabilityChainTest {
    private final MemorySegment struct = Arena.ofAuto().allocate(96, 8);

    @Test
    void anAbsentChainIsEmpty() {
        assertTrue(CapabilityChain.read(struct, 0).isEmpty());
    }

    @Test
    void entriesComeInTheOrderOfTheLinks() {
        entry(64, 3, 32);
        entry(32, 1, 0);
        assertEquals(
                List.of(3, 1),
                CapabilityChain.read(struct, 64).stream()
                        .map(CapabilityChain.Entry::id)
                        .toList());
    }

    @Test
    void aLoopIsRefused() {
        entry(32, 1, 64);
        entry(64, 2, 32);
        refused(32, "makes a loop");
    }

    @Test
    void aLinkToItselfIsRefused() {
        entry(32, 1, 32);
        refused(32, "makes a loop");
    }

    @Test
    void linksOutOfTheStructureAreRefused() {
        refused(89, "leads out");
        refused(96, "leads out");
        refused(-1, "leads out");
        entry(32, 1, -8);
        refused(32, "leads out");
    }

    @Test
    void theLastPlaceWithRoomForAHeaderIsReadButHasNoContent() {
        entry(88, 7, 0);
        CapabilityChain.Entry last = CapabilityChain.read(struct, 88).getFirst();
        assertThrows(MalformedDeviceException.class, () -> last.uint32(8));
        assertThrows(MalformedDeviceException.class, () -> last.array(8, 16, 16));
    }

    @Test
    void anArrayHasItsElements() {
        entry(32, 1, 0);
        struct.set(JAVA_INT_UNALIGNED, 40, 3);
        struct.set(JAVA_INT_UNALIGNED, 48 + 2 * 16, 0x1234);
        List<MemorySegment> elements =
                CapabilityChain.read(struct, 32).getFirst().array(8, 16, 16);
        assertEquals(3, elements.size());
        assertEquals(0x1234, elements.get(2).get(JAVA_INT_UNALIGNED, 0));
    }

    @Test
    void anArrayLongerThanTheStructureIsRefused() {
        entry(32, 1, 0);
        struct.set(JAVA_INT_UNALIGNED, 40, 4);
        CapabilityChain.Entry entry = CapabilityChain.read(struct, 32).getFirst();
        assertThrows(MalformedDeviceException.class, () -> entry.array(8, 16, 16));
        struct.set(JAVA_INT_UNALIGNED, 40, -1);
        assertThrows(MalformedDeviceException.class, () -> entry.array(8, 16, 16));
    }

    private void refused(int first, String why) {
        String message = assertThrows(MalformedDeviceException.class, () -> CapabilityChain.read(struct, first))
                .getMessage();
        assertTrue(message.contains(why), message);
    }

    private void entry(long offset, int id, int next) {
        struct.set(JAVA_SHORT_UNALIGNED, offset, (short) id);
        struct.set(JAVA_SHORT_UNALIGNED, offset + 2, (short) 1);
        struct.set(JAVA_INT_UNALIGNED, offset + 4, next);
    }
}
