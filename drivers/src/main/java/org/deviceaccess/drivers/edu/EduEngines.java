// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/** Waits for the engines. Used by one thread at a time, but for {@link #stop()} and {@link #wake()}. */
final class EduEngines {
    private static final int SPINS = 1_000;
    private static final long PAUSE_NANOS = 50_000;

    private final DeviceAccess device;
    private final EduRegisters registers;
    private final Duration timeout;

    private volatile boolean stopped;
    private volatile @Nullable EduInterrupt interrupt;

    EduEngines(DeviceAccess device, EduRegisters registers, Duration timeout) {
        this.device = device;
        this.registers = registers;
        this.timeout = timeout;
    }

    /** Makes sure that the engine is idle, and that the next interrupt will be about what is started next. */
    void prepare(Engine engine, Completion completion) throws InterruptedException {
        poll(engine);
        if (completion == Completion.INTERRUPT) {
            enabledInterrupt().clear();
        }
    }

    /** Waits until the engine has done what it was started for. */
    void complete(Engine engine, Completion completion) throws InterruptedException {
        if (completion == Completion.POLLING) {
            poll(engine);
            return;
        }
        enabledInterrupt().await(engine, timeout);
        if (registers.busy(engine)) {
            throw registers.fault(engine.task(), "it raised the interrupt for being done, and says that it is not");
        }
    }

    /** Waits until the engine is idle. */
    void poll(Engine engine) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (int tries = 0; isBusy(engine, deadline); tries++) {
            checkRunning();
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while " + registers.device() + " was to " + engine.task());
            }
            pause(tries);
        }
    }

    /** Brings both engines to rest, with no interrupt raised, whatever happens to the thread. */
    void quiesce() {
        registers.interruptAfterFactorial(false);
        for (Engine engine : Engine.values()) {
            long deadline = System.nanoTime() + timeout.toNanos();
            for (int tries = 0; isBusy(engine, deadline); tries++) {
                pause(tries);
            }
        }
        int causes = registers.causes();
        if (causes != 0) {
            registers.acknowledge(causes);
        }
    }

    /** Makes the thread that waits, and all later waits, throw {@link IllegalStateException}. */
    void stop() {
        stopped = true;
    }

    /** Gives the interrupt back, which wakes a thread that waits for it. */
    void wake() {
        EduInterrupt enabled = interrupt;
        if (enabled != null) {
            enabled.close();
        }
    }

    /** Throws {@link IllegalStateException} after {@link #stop()}. */
    void checkRunning() {
        if (stopped) {
            throw new IllegalStateException("the driver of " + registers.device() + " is closed");
        }
    }

    private EduInterrupt enabledInterrupt() {
        EduInterrupt enabled = interrupt;
        if (enabled == null) {
            enabled = EduInterrupt.enable(device, registers);
            interrupt = enabled;
            // stop() comes before wake(): either this thread sees that it is stopped, or wake() sees the interrupt.
            checkRunning();
        }
        return enabled;
    }

    private boolean isBusy(Engine engine, long deadline) {
        // Looked at before the register, so that a thread that slept too long does not blame the device.
        boolean late = System.nanoTime() - deadline >= 0;
        if (!registers.busy(engine)) {
            return false;
        }
        if (late) {
            throw new DeviceTimeoutException(Failure.during(engine.task() + " of " + registers.device())
                    .because("the device is still at it after " + timeout.toMillis() + " ms")
                    .remedy("Grant more time with EduDriverProvider.withTimeout, or reset the device"));
        }
        return true;
    }

    private static void pause(int tries) {
        if (tries < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
