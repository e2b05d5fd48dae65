// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
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

    private final DeviceAccess device;
    private final E1000eRegisters registers;
    private final List<InterruptKind> preference;
    private @Nullable Interrupts enabled; // guarded by this
    private boolean closed; // guarded by this

    /**
     * Enables nothing yet.
     *
     * @param preference the kinds that may be used, the best first; none to look now and then instead
     */
    PacketInterrupt(DeviceAccess device, E1000eRegisters registers, List<InterruptKind> preference) {
        this.device = device;
        this.registers = registers;
        this.preference = preference;
    }

    /** Keeps the device from raising anything, and forgets what it has raised. */
    static void silence(E1000eRegisters registers) {
        registers.write(E1000eRegisters.IMC, ALL_CAUSES);
        // With all causes masked reading clears them.
        registers.read(E1000eRegisters.ICR);
    }

    /** Tells a device that was reset where its causes go. */
    synchronized void restore() {
        Interrupts interrupts = enabled;
        if (interrupts != null) {
            allocate(interrupts.info().kind());
        }
    }

    /** Lets the device raise the interrupt, once what it raised before is forgotten. */
    void arm() {
        Interrupts interrupts = enable();
        if (interrupts == null) {
            return;
        }
        try {
            interrupts.vector(0).poll();
            registers.write(E1000eRegisters.IMS, CAUSES);
        } catch (IllegalStateException e) {
            lose(e);
        }
    }

    /** Sleeps until the interrupt, at most so long, and without one for a short time. */
    void await(long nanos) throws InterruptedException {
        Interrupts interrupts = current();
        if (interrupts == null) {
            Poll.pauseAtMost(nanos);
            return;
        }
        try {
            interrupts.vector(0).await(Duration.ofNanos(nanos));
        } catch (IllegalStateException e) {
            lose(e);
        }
    }

    /** Keeps the device from raising the interrupt again, and unmasks what masked itself. */
    void disarm() {
        Interrupts interrupts = current();
        if (interrupts == null) {
            return;
        }
        silence(registers);
        if (interrupts.info().autoMasked()) {
            try {
                interrupts.vector(0).unmask();
            } catch (IllegalStateException e) {
                lose(e);
            }
        }
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

    /** The interrupts were closed: by the driver or with the device, which the caller is told, or by a reset of it. */
    private synchronized void lose(IllegalStateException cause) {
        if (closed || !device.isOpen()) {
            throw cause;
        }
        enabled = null;
    }

    private synchronized @Nullable Interrupts current() {
        return enabled;
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
            allocate(kind);
            enabled = device.interrupts().enable(kind, 1);
        }
        return enabled;
    }

    private void allocate(InterruptKind kind) {
        registers.write(E1000eRegisters.IVAR, kind == InterruptKind.MSIX ? ALL_TO_VECTOR_0 : 0);
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
