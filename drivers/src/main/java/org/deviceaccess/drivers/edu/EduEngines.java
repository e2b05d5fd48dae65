// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.time.Duration;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/** Waits for the engines. Used by one thread at a time, but for {@link #stop()} and {@link #wake()}. */
final class EduEngines {

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
        long start = System.nanoTime();
        for (int tries = 0; ; tries++) {
            // Looked at before the register, so that a thread that slept too long does not blame the device.
            boolean late = Poll.hasPassed(start, timeout.toNanos());
            if (!registers.busy(engine)) {
                return;
            }
            if (late) {
                throw late(engine);
            }
            checkRunning();
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while " + registers.device() + " was to " + engine.task());
            }
            Poll.pause(tries);
        }
    }

    /** Brings both engines to rest, with no interrupt raised, whatever happens to the thread. */
    void quiesce() {
        registers.interruptAfterFactorial(false);
        for (Engine engine : Engine.values()) {
            if (!Poll.until(() -> !registers.busy(engine), timeout.toNanos())) {
                throw late(engine);
            }
        }
        int causes = registers.causes();
        if (causes != 0) {
            registers.acknowledge(causes);
        }
    }

    /** Starts the device once for each piece that is contiguous for it; leaves when it reaches the memory no more. */
    void run(EduTransfer transfer, Completion completion) throws InterruptedException {
        int command = (transfer.toMemory() ? EduRegisters.DMA_TO_MEMORY : 0)
                | (completion == Completion.INTERRUPT ? EduRegisters.DMA_INTERRUPT : 0);
        try {
            for (long position = 0; position < transfer.length(); ) {
                long count = transfer.contiguousFrom(position);
                long memory = transfer.memoryAddress(position);
                long buffer = transfer.deviceAddress(position);
                prepare(Engine.DMA, completion);
                registers.startDma(
                        transfer.toMemory() ? buffer : memory, transfer.toMemory() ? memory : buffer, count, command);
                complete(Engine.DMA, completion);
                position += count;
            }
        } catch (InterruptedException | RuntimeException e) {
            endTransfer(e);
            throw e;
        }
    }

    /**
     * Lets the device end a transfer that nobody waits for any more, by a reset where it takes too long.
     *
     * @param cause why nobody does; it is told what could not be done
     */
    private void endTransfer(Exception cause) {
        try {
            if (!Poll.until(() -> !registers.busy(Engine.DMA), timeout.toNanos())) {
                if (!device.capabilities().contains(Capability.RESET)) {
                    throw new DeviceTimeoutException(Failure.during("stop the transfer of " + registers.device())
                            .because("the device is still at it after " + timeout.toMillis() + " ms")
                            .remedy("Do not use the buffer before the device is closed"));
                }
                device.reset();
                wake();
                // The reset closed it; the next who wants one enables it anew.
                interrupt = null;
            }
        } catch (DeviceAccessException e) {
            cause.addSuppressed(e);
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                cause.addSuppressed(e);
            } else {
                device.close(); // which waits for who closes it
            }
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

    private DeviceTimeoutException late(Engine engine) {
        return new DeviceTimeoutException(Failure.during(engine.task() + " of " + registers.device())
                .because("the device is still at it after " + timeout.toMillis() + " ms")
                .remedy("Grant more time with EduDriverProvider.withTimeout, or reset the device"));
    }
}
