// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.dma;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.junit.jupiter.api.Test;

/** Every backend answers the same for the same memory. */
class CallerMemoryTest {
    private static final long PAGE = 4096;

    private static void check(MemorySegment memory, DmaDirection direction) {
        CallerMemory.check("map memory", memory, direction, PAGE);
    }

    private static <T extends Exception> String refused(Class<T> type, MemorySegment memory) {
        return String.valueOf(assertThrows(type, () -> check(memory, DmaDirection.BIDIRECTIONAL))
                .getMessage());
    }

    @Test
    void wholePagesThatAnyThreadMayUseAreAccepted() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(2 * PAGE, PAGE);
            assertDoesNotThrow(() -> check(memory, DmaDirection.BIDIRECTIONAL));
            assertDoesNotThrow(() -> check(memory.asSlice(PAGE, PAGE), DmaDirection.FROM_DEVICE));
            assertDoesNotThrow(() -> check(memory.asReadOnly(), DmaDirection.TO_DEVICE));
        }
        assertDoesNotThrow(() -> check(Arena.ofAuto().allocate(PAGE, PAGE), DmaDirection.BIDIRECTIONAL));
    }

    @Test
    void everyOtherMemoryIsRefusedForWhatItIs() {
        MemorySegment closed;
        try (Arena shared = Arena.ofShared();
                Arena confined = Arena.ofConfined()) {
            MemorySegment memory = shared.allocate(2 * PAGE, PAGE);
            closed = memory;
            assertTrue(refused(DmaMemoryException.class, confined.allocate(PAGE, PAGE))
                    .contains("confined to one thread"));
            assertTrue(refused(DmaMemoryException.class, MemorySegment.ofArray(new byte[(int) PAGE]))
                    .contains("Java heap"));
            assertTrue(refused(DmaMemoryException.class, memory.asReadOnly()).contains("read-only"));
            refused(DmaConstraintException.class, memory.asSlice(0, 0));
            refused(DmaConstraintException.class, memory.asSlice(8, PAGE));
            refused(DmaConstraintException.class, memory.asSlice(0, PAGE + 8));
        }
        assertTrue(refused(IllegalStateException.class, closed).contains("closed"));
    }
}
