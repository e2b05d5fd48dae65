// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.probe.Journal.Kind;

/** Enabled interrupts of a {@link ProbedDevice}. */
final class ProbedInterrupts extends ForwardingInterrupts {
    private final ProbedDevice device;
    private volatile boolean givenBack;

    private ProbedInterrupts(ProbedDevice device, Interrupts real) {
        super(real, vector -> vector);
        this.device = device;
    }

    boolean isGivenBack() {
        return givenBack;
    }

    void closedByReset() {
        givenBack = true;
    }

    @Override
    public void close() {
        super.close();
        if (!givenBack) {
            givenBack = true;
            device.journal().add(Kind.DISABLE, info().kind().toString());
        }
    }

    /** What enables them. */
    static final class Support extends ForwardingInterrupts.Support {
        private final ProbedDevice device;

        Support(ProbedDevice device, InterruptSupport real) {
            super(real, enabled -> enabled);
            this.device = device;
        }

        @Override
        public Interrupts enable(InterruptKind kind, int vectors) {
            String what = vectors + " vectors of " + kind;
            if (device.refuses(Kind.ENABLE, what)) {
                throw new InterruptsInUseException(Failure.during("enable " + what + " of " + device.address())
                        .because("the compatibility kit lets the request fail")
                        .remedy("Ask again"));
            }
            ProbedInterrupts enabled = new ProbedInterrupts(device, super.enable(kind, vectors));
            device.add(enabled);
            return enabled;
        }
    }
}
