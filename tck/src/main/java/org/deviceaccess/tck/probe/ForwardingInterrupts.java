// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;

/** Interrupts that do what others do, until a method is overridden. */
public class ForwardingInterrupts implements Interrupts {
    /** The others. */
    protected final Interrupts real;

    private final List<InterruptVector> vectors = new ArrayList<>();

    /** Makes interrupts whose vectors are changed. */
    public ForwardingInterrupts(Interrupts real, Function<InterruptVector, InterruptVector> change) {
        this.real = real;
        for (int i = 0; i < real.info().vectors(); i++) {
            vectors.add(change.apply(real.vector(i)));
        }
    }

    @Override
    public InterruptInfo info() {
        return real.info();
    }

    @Override
    public InterruptVector vector(int index) {
        return index >= 0 && index < vectors.size() ? vectors.get(index) : real.vector(index);
    }

    @Override
    public int awaitAny(Duration timeout) throws InterruptedException {
        return real.awaitAny(timeout);
    }

    @Override
    public void close() {
        real.close();
    }

    /** What enables the interrupts. */
    public static class Support implements InterruptSupport {
        /** The other one. */
        protected final InterruptSupport real;

        private final Function<Interrupts, Interrupts> change;

        /** Makes a support whose enabled interrupts are changed. */
        public Support(InterruptSupport real, Function<Interrupts, Interrupts> change) {
            this.real = real;
            this.change = change;
        }

        @Override
        public List<InterruptInfo> kinds() {
            return real.kinds();
        }

        @Override
        public Interrupts enable(InterruptKind kind, int vectors) {
            return change.apply(real.enable(kind, vectors));
        }
    }

    /** One vector. */
    public static class Vector implements InterruptVector {
        /** The other one. */
        protected final InterruptVector real;

        protected Vector(InterruptVector real) {
            this.real = real;
        }

        @Override
        public int index() {
            return real.index();
        }

        @Override
        public long await(Duration timeout) throws InterruptedException {
            return real.await(timeout);
        }

        @Override
        public long poll() {
            return real.poll();
        }

        @Override
        public void mask() {
            real.mask();
        }

        @Override
        public void unmask() {
            real.unmask();
        }

        @Override
        public void trigger() {
            real.trigger();
        }
    }
}
