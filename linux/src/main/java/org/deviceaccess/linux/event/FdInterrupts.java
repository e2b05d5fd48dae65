// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enabled interrupts whose vectors are descriptors. */
public final class FdInterrupts implements Interrupts {
    private static final Logger LOG = LoggerFactory.getLogger(FdInterrupts.class);

    private final InterruptInfo info;
    private final VectorControl control;
    private final EventWaits waits;
    private final List<Vector> vectors;

    /**
     * Makes the vectors. The backend then makes the kernel signal their descriptors, and closes this object if that
     * fails.
     *
     * @param libc the C library
     * @param info the kind and what it can do; {@code vectors} is the number of sources
     * @param sources the descriptors, by vector; given back when this is closed, also if this throws
     * @param control what is done to the device
     * @throws IllegalArgumentException if the number of sources is not what the info says
     */
    public FdInterrupts(LibC libc, InterruptInfo info, List<EventSource> sources, VectorControl control) {
        this.info = info;
        this.control = control;
        this.waits = EventWaits.open(libc, "the " + info.kind() + " interrupts", sources);
        if (sources.size() != info.vectors()) {
            waits.close();
            throw new IllegalArgumentException(sources.size() + " descriptors for " + info.vectors() + " vectors");
        }
        this.vectors = IntStream.range(0, sources.size()).mapToObj(Vector::new).toList();
        LOG.debug("enable {}: {}", this, info);
    }

    @Override
    public InterruptInfo info() {
        return info;
    }

    @Override
    public InterruptVector vector(int index) {
        if (index < 0 || index >= vectors.size()) {
            throw new InterruptVectorsException(Failure.during("get vector " + index + " of " + info.kind())
                    .because("the enabled vectors are 0 to " + (vectors.size() - 1)));
        }
        return vectors.get(index);
    }

    @Override
    public int awaitAny(Duration timeout) throws InterruptedException {
        return waits.awaitAny(timeout);
    }

    @Override
    public void close() {
        if (waits.isOpen()) {
            LOG.debug("disable {}", this);
        }
        waits.close(control::disable);
    }

    @Override
    public String toString() {
        return vectors.size() + " " + info.kind() + " vectors" + (waits.isOpen() ? "" : " (closed)");
    }

    private final class Vector implements InterruptVector {
        private final int index;

        Vector(int index) {
            this.index = index;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public long await(Duration timeout) throws InterruptedException {
            return waits.await(index, timeout);
        }

        @Override
        public long poll() {
            return waits.poll(index);
        }

        @Override
        public void mask() {
            waits.enter();
            try {
                require(info.maskable(), "mask");
                control.mask(index);
            } finally {
                waits.leave();
            }
        }

        @Override
        public void unmask() {
            waits.enter();
            try {
                require(info.maskable(), "unmask");
                control.unmask(index);
            } finally {
                waits.leave();
            }
        }

        @Override
        public void trigger() {
            waits.enter();
            try {
                require(info.triggerable(), "trigger");
                control.trigger(index);
            } finally {
                waits.leave();
            }
        }

        private void require(boolean supported, String what) {
            if (!supported) {
                throw new UnsupportedCapabilityException(Failure.during(what + " " + this)
                        .because("the backend can not " + what + " this kind here")
                        .remedy("Look at InterruptInfo before; most devices have a register of their own for it"));
            }
        }

        @Override
        public String toString() {
            return info.kind() + " " + index;
        }
    }
}
