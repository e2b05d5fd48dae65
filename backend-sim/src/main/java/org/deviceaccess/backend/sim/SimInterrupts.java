// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what the device raises to who waits for it, as the command register and masking allow. */
final class SimInterrupts implements InterruptSupport {
    private static final Logger LOG = LoggerFactory.getLogger(SimInterrupts.class);

    private final DeviceState state;
    private final ConfigSpace config;
    private final List<InterruptInfo> kinds;
    // Guarded by state.
    private @Nullable SimInterruptSet enabled;
    private boolean asserted;
    private boolean masked;
    private boolean losing;

    SimInterrupts(DeviceState state, ConfigSpace config, PciFunction function) {
        this.state = state;
        this.config = config;
        List<InterruptInfo> found = new ArrayList<>();
        if (function.intx()) {
            found.add(new InterruptInfo(InterruptKind.INTX, 1, true, true, true));
        }
        if (function.msiVectors() > 0) {
            found.add(new InterruptInfo(InterruptKind.MSI, function.msiVectors(), false, false, true));
        }
        if (function.msixVectors() > 0) {
            found.add(new InterruptInfo(InterruptKind.MSIX, function.msixVectors(), false, false, true));
        }
        this.kinds = List.copyOf(found);
    }

    @Override
    public List<InterruptInfo> kinds() {
        return kinds;
    }

    @Override
    public Interrupts enable(InterruptKind kind, int vectors) {
        synchronized (state) {
            state.requireOpen();
            InterruptInfo info = kinds.stream()
                    .filter(candidate -> candidate.kind() == kind)
                    .findFirst()
                    .orElseThrow(() -> absent(kind));
            Failure failure = Failure.during("enable " + vectors + " interrupt vectors of " + kind + " of " + state);
            if (vectors < 1 || vectors > info.vectors()) {
                throw new InterruptVectorsException(failure.because("the device has 1 to " + info.vectors())
                        .remedy("Ask for a number that InterruptSupport.kinds() allows"));
            }
            if (enabled != null) {
                throw new InterruptsInUseException(
                        failure.because(enabled.info().kind() + " is enabled with "
                                        + enabled.info().vectors() + " vectors")
                                .remedy("Close these interrupts first"));
            }
            state.requirePresent();
            SimInterruptSet set = new SimInterruptSet(
                    this, new InterruptInfo(kind, vectors, info.maskable(), info.autoMasked(), info.triggerable()));
            enabled = set;
            masked = false;
            show(kind, vectors);
            if (kind != InterruptKind.INTX) {
                // A message is a write of the device to memory, so it needs bus mastering.
                config.setCommand(PciHeader.COMMAND_MASTER, true);
            }
            deliverLine();
            LOG.debug("{}: enabled {}", state, set.info());
            return set;
        }
    }

    /** The device drives its line. */
    void line(boolean nowAsserted) {
        asserted = nowAsserted;
        config.setInterruptStatus(nowAsserted);
        deliverLine();
    }

    /** Returns whether MSI or MSI-X is enabled. */
    boolean messagesEnabled() {
        return enabled != null && enabled.info().kind() != InterruptKind.INTX;
    }

    /** The device sends a message. */
    void message(int vector) {
        if (enabled != null && messagesEnabled() && !losing && config.command(PciHeader.COMMAND_MASTER)) {
            enabled.deliver(vector);
        }
    }

    /** Fires INTx if the line is asserted and nothing holds it back; it is masked from then on. */
    void deliverLine() {
        if (enabled != null
                && enabled.info().kind() == InterruptKind.INTX
                && asserted
                && !masked
                && !losing
                && !config.command(PciHeader.COMMAND_INTX_DISABLE)) {
            masked = true;
            enabled.deliver(0);
        }
    }

    void mask(SimInterruptSet set) {
        synchronized (state) {
            if (enabled == set) {
                masked = true;
            }
        }
    }

    void unmask(SimInterruptSet set) {
        synchronized (state) {
            if (enabled == set) {
                masked = false;
                deliverLine();
            }
        }
    }

    void setLosing(boolean nowLosing) {
        losing = nowLosing;
        deliverLine();
    }

    void disable(SimInterruptSet set) {
        synchronized (state) {
            if (enabled == set) {
                disableAll();
            }
        }
    }

    /** Wakes and refuses all who use the interrupts, and disables them in the device. */
    void disableAll() {
        SimInterruptSet set = enabled;
        if (set != null) {
            enabled = null;
            LOG.debug("{}: disabled {}", state, set.info());
            set.shut();
            show(set.info().kind(), 0);
        }
    }

    private void show(InterruptKind kind, int vectors) {
        switch (kind) {
            case MSI -> config.setMsi(Integer.highestOneBit(Math.max(0, 2 * vectors - 1)));
            case MSIX -> config.setMsix(vectors > 0);
            case INTX, UIO -> {
                // Nothing in configuration space follows these.
            }
        }
    }

    private InterruptKindAbsentException absent(InterruptKind kind) {
        return new InterruptKindAbsentException(Failure.during("enable interrupts of the kind " + kind + " of " + state)
                .because("the device has "
                        + kinds.stream().map(InterruptInfo::kind).toList())
                .remedy("Use a kind that InterruptSupport.kinds() has, or polling"));
    }
}
