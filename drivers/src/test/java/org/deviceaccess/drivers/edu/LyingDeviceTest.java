// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.DriverNeedsException;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that does what it must not: each lie is one clear error, and nothing hangs. */
@Timeout(30)
class LyingDeviceTest {
    private final EduDriverProvider driver = new EduDriverProvider().withTimeout(Duration.ofMillis(50));
    private final FakeEdu fake = new FakeEdu();

    private EduDevice attach() {
        return driver.attach(fake.device());
    }

    private static <T extends Exception> void assertSays(Class<T> type, String text, Executable call) {
        T thrown = assertThrows(type, call);
        assertTrue(thrown.getMessage().contains(text), thrown.getMessage());
    }

    @Test
    void anotherDeviceIsNotAttachedTo() {
        fake.identification = 0x0100_beef;
        assertSays(DeviceFaultException.class, "0x0100beef", this::attach);
        assertEquals(List.of(), fake.raised.log, "nothing was enabled");
    }

    @Test
    void allOnesAreADeviceThatIsGone() {
        fake.vanished = true;
        assertSays(DeviceLostException.class, "all ones", this::attach);
    }

    @Test
    void anEchoIsNotAlive() {
        fake.liveness = value -> value;
        assertSays(DeviceFaultException.class, "0x00000000", this::attach);
    }

    @Test
    void anAnswerThatNeverChangesIsNotAlive() {
        fake.liveness = value -> -1;
        assertSays(DeviceFaultException.class, "0x12345678", this::attach);
    }

    @Test
    void aSmallBarIsNotEnough() {
        assertSays(
                DriverNeedsException.class,
                "1048576 bytes in BAR0",
                () -> Drivers.of(driver).attach(fake.device(4096, List.of()), EduDevice.class));
    }

    @Test
    void aDeviceThatIsBusyForEverIsNotAttachedTo() {
        fake.computesForEver = true;
        fake.write(0x08, null, 5);
        assertSays(DeviceTimeoutException.class, "still at it after 50 ms", this::attach);
    }

    @ParameterizedTest
    @EnumSource
    void aFactorialThatNeverEnds(Completion completion) {
        EduDevice edu = attach();
        fake.computesForEver = true;
        assertSays(DeviceTimeoutException.class, "still at it", () -> edu.factorial(5, completion));
        assertSays(DeviceTimeoutException.class, "still at it", () -> edu.factorial(5, completion));
    }

    @Test
    void aFactorialCannotBeOdd() throws Exception {
        EduDevice edu = attach();
        fake.factorial = n -> n;
        assertSays(DeviceFaultException.class, "7! is 0x00000007", () -> edu.factorial(7, Completion.POLLING));
        assertSays(DeviceFaultException.class, "0! is 0x00000000", () -> edu.factorial(0, Completion.POLLING));
    }

    @Test
    void aDeviceThatVanishesAtWork() {
        EduDevice edu = attach();
        fake.factorial = n -> {
            fake.vanished = true;
            return 0;
        };
        assertThrows(DeviceLostException.class, () -> edu.factorial(5, Completion.POLLING));
        assertThrows(DeviceLostException.class, () -> edu.factorial(5, Completion.INTERRUPT));
        edu.close();
    }

    @Test
    void anInterruptThatIsNotRaised() {
        EduDevice edu = attach();
        fake.interrupts = false;
        fake.cause = wanted -> 0;
        assertSays(
                DeviceTimeoutException.class, "is done but raised none", () -> edu.factorial(5, Completion.INTERRUPT));
    }

    @Test
    void anInterruptThatDoesNotGetThrough() throws Exception {
        EduDevice edu = attach();
        fake.interrupts = false;
        assertSays(
                DeviceTimeoutException.class, "MSI does not get through", () -> edu.factorial(5, Completion.INTERRUPT));
        fake.interrupts = true;
        assertEquals(120, edu.factorial(5, Completion.INTERRUPT), "what was left was cleared");
    }

    @Test
    void anInterruptWithoutItsCause() {
        EduDevice edu = attach();
        fake.cause = wanted -> 0x40;
        assertSays(
                DeviceFaultException.class,
                "raised 1 interrupts, none of which has the cause 0x1",
                () -> edu.factorial(5, Completion.INTERRUPT));
    }

    @Test
    void anInterruptBeforeTheEnd() {
        EduDevice edu = attach();
        fake.transfersForEver = true;
        fake.raised.log.clear();
        Thread.startVirtualThread(() -> {
            while (fake.transfers.isEmpty()) {
                Thread.onSpinWait();
            }
            fake.write(0x60, null, 0x100);
        });
        assertSays(
                DeviceFaultException.class,
                "says that it is not",
                () -> edu.write(0, MemorySegment.ofArray(new byte[8]), Completion.INTERRUPT));
    }

    @Test
    void interruptsWithoutCauseAreAnotherDevicesWhileTheTimeLasts() throws Exception {
        EduDevice edu = new EduDriverProvider().attach(fake.device());
        fake.cause = wanted -> {
            fake.raised.raise();
            return wanted;
        };
        assertEquals(120, edu.factorial(5, Completion.INTERRUPT));
        fake.cause = wanted -> {
            Thread.startVirtualThread(() -> {
                while (fake.raised.log.stream().filter("await"::equals).count() < 3) {
                    Thread.onSpinWait();
                }
                fake.cause = late -> late;
                fake.write(0x60, null, 0x01);
            });
            return 0;
        };
        assertEquals(720, edu.factorial(6, Completion.INTERRUPT));
    }

    @Test
    void aLineIsAcknowledgedBeforeItIsUnmasked() throws Exception {
        FakeEdu line = new FakeEdu(InterruptKind.INTX);
        EduDevice edu = driver.attach(line.device());
        assertEquals(120, edu.factorial(5, Completion.INTERRUPT));
        assertEquals(List.of("enable INTX", "await", "acknowledge 1", "unmask"), line.raised.log);
    }

    @Test
    void withoutInterruptsThereIsPolling() throws Exception {
        EduDevice edu = driver.attach(fake.device(0x100000, List.of()));
        assertEquals(120, edu.factorial(5, Completion.POLLING));
        assertThrows(InterruptKindAbsentException.class, () -> edu.factorial(5, Completion.INTERRUPT));
    }

    @ParameterizedTest
    @EnumSource
    void aTransferThatNeverEnds(Completion completion) {
        EduDevice edu = attach();
        fake.transfersForEver = true;
        assertSays(
                DeviceTimeoutException.class,
                "still at it",
                () -> edu.write(0, MemorySegment.ofArray(new byte[8]), completion));
        assertSays(DeviceTimeoutException.class, "copy by DMA", edu::close);
        verify(fake.staging, never()).close();
        edu.close();
        assertThrows(IllegalStateException.class, () -> edu.factorial(1, Completion.POLLING));
    }
}
