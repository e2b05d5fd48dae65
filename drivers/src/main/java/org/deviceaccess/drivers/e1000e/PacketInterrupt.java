// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.jspecify.annotations.Nullable;

/**
 * The one interrupt of the driver, for received packets and changes of the link, of the best kind that the backend has
 * (82574 datasheet, chapter 7.4). Enabled when somebody first waits, and raised by the device only while somebody does.
 */
final class PacketInterrupt {
    private static final int ALL_CAUSES = -1;
    /** RXQ0 and OTHER are raised in MSI-X mode, the others in the other modes. */
    private static final int CAUSES = E1000eRegisters.CAUSE_RXT0
            | E1000eRegisters.CAUSE_RXDMT0
            | E1000eRegisters.CAUSE_RXO
            | E1000eRegisters.CAUSE_LSC
            | E1000eRegisters.CAUSE_RXQ0
            | E1000eRegisters.CAUSE_OTHER;
    /** IVAR: the causes RXQ0, TXQ0 and OTHER go to vector 0, valid. */
    private static final int ALL_TO_VECTOR_0 = 1 << 3 | 1 << 11 | 1 << 19;

    private static final long PAUSE_NANOS = 50_000;
    /** Now and then it is looked whether the device is still there: one that is gone raises no interrupt. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final DeviceAccess device;
    private final E1000eRegisters registers;
    private final List<InterruptKind> preference;
    private final Runnable watch;
    private @Nullable Interrupts enabled; // guarded by this
    private boolean closed; // guarded by this

    /**
     * Enables nothing yet.
     *
     * @param preference the kinds that may be used, the best first; none to look now and then instead
     * @param watch throws if the device does not work any more
     */
    PacketInterrupt(DeviceAccess device, E1000eRegisters registers, List<InterruptKind> preference, Runnable watch) {
        this.device = device;
        this.registers = registers;
        this.preference = preference;
        this.watch = watch;
    }

    /** Keeps the device from raising anything, and forgets what it has raised. */
    static void silence(E1000eRegisters registers) {
        registers.write(E1000eRegisters.IMC, ALL_CAUSES);
        // With all causes masked reading clears them.
        registers.read(E1000eRegisters.ICR);
    }

    /** Waits so many nanoseconds until a condition is true that the interrupt tells of; returns whether it is. */
    boolean await(BooleanSupplier ready, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        while (!ready.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long remaining = nanos - (System.nanoTime() - start);
            if (remaining <= 0) {
                return false;
            }
            watch.run();
            Interrupts interrupts = enable();
            if (interrupts == null) {
                LockSupport.parkNanos(Math.min(remaining, PAUSE_NANOS));
            } else {
                sleep(interrupts, ready, Duration.ofNanos(Math.min(remaining, SLICE_NANOS)));
            }
        }
        return true;
    }

    /** Disables the interrupt, which wakes who waits. */
    synchronized void close() {
        closed = true;
        Interrupts interrupts = enabled;
        enabled = null;
        if (interrupts != null) {
            interrupts.close();
        }
    }

    private void sleep(Interrupts interrupts, BooleanSupplier ready, Duration slice) throws InterruptedException {
        try {
            InterruptVector vector = interrupts.vector(0);
            vector.poll();
            registers.write(E1000eRegisters.IMS, CAUSES);
            // What came before the causes were let through may raise nothing any more.
            if (!ready.getAsBoolean()) {
                vector.await(slice);
            }
            silence(registers);
            if (interrupts.info().autoMasked()) {
                vector.unmask();
            }
        } catch (InterruptedException e) {
            silence(registers);
            throw e;
        } catch (IllegalStateException e) {
            // The interrupts were closed: by the driver, with the device, or by a reset of it.
            watch.run();
            throw e;
        }
    }

    private synchronized @Nullable Interrupts enable() {
        if (closed) {
            throw new IllegalStateException("the driver of " + registers.device() + " is closed");
        }
        if (enabled == null) {
            InterruptKind kind = best();
            if (kind == null) {
                return null;
            }
            registers.write(E1000eRegisters.IVAR, kind == InterruptKind.MSIX ? ALL_TO_VECTOR_0 : 0);
            enabled = device.interrupts().enable(kind, 1);
        }
        return enabled;
    }

    private @Nullable InterruptKind best() {
        for (InterruptKind kind : preference) {
            if (device.interrupts().kinds().stream().map(InterruptInfo::kind).anyMatch(kind::equals)) {
                return kind;
            }
        }
        return null;
    }
}
