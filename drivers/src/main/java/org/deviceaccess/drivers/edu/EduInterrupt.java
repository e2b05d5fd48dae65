// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;

/**
 * The device's one interrupt.
 *
 * <p>Whichever kind it is, the device wants its causes acknowledged ("IRQ controller" of the specification); a kind
 * that is masked by its events is unmasked after that, when the line is low again.
 */
final class EduInterrupt implements AutoCloseable {
    private final EduRegisters registers;
    private final Interrupts interrupts;
    private final InterruptVector vector;

    private EduInterrupt(EduRegisters registers, Interrupts interrupts) {
        this.registers = registers;
        this.interrupts = interrupts;
        this.vector = interrupts.vector(0);
    }

    /** Enables the interrupt, as a message where that is possible: nobody else can be on a message's line. */
    static EduInterrupt enable(DeviceAccess device, EduRegisters registers) {
        return new EduInterrupt(
                registers,
                device.interrupts().enableFirst(1, InterruptKind.MSI, InterruptKind.INTX, InterruptKind.UIO));
    }

    /** Forgets what an earlier operation left: one whose deadline passed before the device was done. */
    void clear() {
        int causes = registers.causes();
        if (causes != 0) {
            registers.acknowledge(causes);
        }
        if (vector.poll() > 0) {
            unmask();
        }
    }

    /**
     * Waits for an engine's cause.
     *
     * <p>An interrupt without it is passed over: on a shared line it is another device's. Only when the time is over
     * is it held against this one.
     */
    void await(Engine engine, Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        Duration remaining = timeout;
        long strange = 0;
        while (true) {
            long events = vector.await(remaining);
            int causes = registers.causes();
            if (events == 0) {
                throw late(engine, causes, strange, timeout);
            }
            if (causes != 0) {
                registers.acknowledge(causes);
            }
            unmask();
            if ((causes & engine.cause()) != 0) {
                return;
            }
            strange += events;
            remaining = timeout.minusNanos(System.nanoTime() - start);
            if (!remaining.isPositive()) {
                throw late(engine, causes, strange, timeout);
            }
        }
    }

    private void unmask() {
        if (interrupts.info().autoMasked()) {
            vector.unmask();
        }
    }

    private DeviceAccessException late(Engine engine, int causes, long strange, Duration timeout) {
        boolean busy = registers.busy(engine);
        if (strange > 0 && !busy && (causes & engine.cause()) == 0) {
            return registers.fault(
                    engine.task(),
                    "it is done and raised " + strange + " interrupts, none of which has the cause 0x"
                            + Integer.toHexString(engine.cause()) + " in the interrupt status register");
        }
        String detail = "no interrupt arrived within " + timeout.toMillis() + " ms; the device ";
        if ((causes & engine.cause()) != 0) {
            detail += "says that it raised it, so " + interrupts.info().kind() + " does not get through";
        } else {
            detail += busy ? "is still at it" : "is done but raised none";
        }
        return new DeviceTimeoutException(Failure.during(engine.task() + " of " + registers.device())
                .because(detail)
                .remedy("Use Completion.POLLING, or grant more time with EduDriverProvider.withTimeout"));
    }

    @Override
    public void close() {
        interrupts.close();
    }
}
