// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import java.time.Duration;
import org.deviceaccess.linux.libc.OpenFiles;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FdInterruptsTest {
    private final VectorControl control = mock(VectorControl.class);
    private final TestEvents events = new TestEvents(2);

    private FdInterrupts interrupts(boolean maskable, boolean triggerable) {
        return new FdInterrupts(
                TestEvents.LIBC,
                new InterruptInfo(InterruptKind.MSI, 2, maskable, false, triggerable),
                events.sources(),
                control);
    }

    @Test
    void vectorsCountWaitAndControl() throws Exception {
        try (FdInterrupts interrupts = interrupts(true, true)) {
            InterruptVector vector = interrupts.vector(1);
            assertSame(vector, interrupts.vector(1));
            assertEquals(1, vector.index());
            doAnswer(call -> {
                        events.raise(1);
                        return null;
                    })
                    .when(control)
                    .trigger(1);
            vector.trigger();
            vector.trigger();
            assertEquals(1, interrupts.awaitAny(Duration.ofSeconds(5)));
            assertEquals(2, vector.await(Duration.ofSeconds(5)));
            assertEquals(0, vector.poll());
            vector.mask();
            vector.unmask();
            inOrder(control).verify(control).mask(1);
            verify(control).unmask(1);
        }
        verify(control, times(1)).disable();
    }

    @Test
    void refusesWhatIsNotClaimed() {
        try (FdInterrupts interrupts = interrupts(false, false)) {
            InterruptVector vector = interrupts.vector(0);
            assertThrows(UnsupportedCapabilityException.class, vector::mask);
            assertThrows(UnsupportedCapabilityException.class, vector::unmask);
            UnsupportedCapabilityException e = assertThrows(UnsupportedCapabilityException.class, vector::trigger);
            assertEquals("trigger MSI 0", e.operation());
            verifyNoMoreInteractions(control);
            assertThrows(InterruptVectorsException.class, () -> interrupts.vector(2));
            assertThrows(InterruptVectorsException.class, () -> interrupts.vector(-1));
        }
    }

    @Test
    void disablesBeforeTheDescriptorsAreClosed() {
        FdInterrupts interrupts = interrupts(true, true);
        doAnswer(call -> {
                    assertTrue(events.sources().get(0).fd().isOpen());
                    return null;
                })
                .when(control)
                .disable();
        interrupts.close();
        interrupts.close();
        verify(control, times(1)).disable();
        assertFalse(events.sources().get(0).fd().isOpen());
        InterruptVector vector = interrupts.vector(0);
        assertThrows(IllegalStateException.class, vector::poll);
        assertThrows(IllegalStateException.class, vector::mask);
        assertThrows(IllegalStateException.class, vector::unmask);
        assertThrows(IllegalStateException.class, vector::trigger);
    }

    @Test
    void closesAllEvenIfTheDeviceCanNotBeDisabled() throws Exception {
        FdInterrupts interrupts = interrupts(true, true);
        doThrow(new DeviceLostException(Failure.during("disable")))
                .when(control)
                .disable();
        assertThrows(DeviceLostException.class, interrupts::close);
        interrupts.close();
        assertFalse(events.sources().get(0).fd().isOpen());
        assertFalse(events.sources().get(1).fd().isOpen());
    }

    @Test
    void refusesANumberOfDescriptorsThatIsNotTheNumberOfVectors() throws Exception {
        long before = OpenFiles.eventFds();
        InterruptInfo three = new InterruptInfo(InterruptKind.MSIX, 3, false, false, true);
        assertThrows(
                IllegalArgumentException.class,
                () -> new FdInterrupts(TestEvents.LIBC, three, events.sources(), control));
        assertEquals(before - 2, OpenFiles.eventFds(), "what was given is closed");
    }
}
