// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.time.Duration;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;

/** The interrupt of a device, whose loss is often noticed first by who waits for it: tells the rest of the device. */
final class WatchedInterrupts implements Interrupts {
    private final Interrupts real;
    private final Vector vector;
    private final Runnable lost;

    /**
     * @param real the interrupts, of one vector
     * @param lost told when the device is found to be gone, any number of times
     */
    WatchedInterrupts(Interrupts real, Runnable lost) {
        this.real = real;
        this.vector = new Vector(real.vector(0));
        this.lost = lost;
    }

    private DeviceLostException told(DeviceLostException e) {
        CloseSteps.after(e, lost);
        return e;
    }

    @Override
    public InterruptInfo info() {
        return real.info();
    }

    @Override
    public InterruptVector vector(int index) {
        return index == 0 ? vector : real.vector(index);
    }

    @Override
    public int awaitAny(Duration timeout) throws InterruptedException {
        try {
            return real.awaitAny(timeout);
        } catch (DeviceLostException e) {
            throw told(e);
        }
    }

    @Override
    public void close() {
        real.close();
    }

    @Override
    public String toString() {
        return real.toString();
    }

    private final class Vector implements InterruptVector {
        private final InterruptVector one;

        Vector(InterruptVector one) {
            this.one = one;
        }

        @Override
        public int index() {
            return one.index();
        }

        @Override
        public long await(Duration timeout) throws InterruptedException {
            try {
                return one.await(timeout);
            } catch (DeviceLostException e) {
                throw told(e);
            }
        }

        @Override
        public long poll() {
            try {
                return one.poll();
            } catch (DeviceLostException e) {
                throw told(e);
            }
        }

        @Override
        public void mask() {
            try {
                one.mask();
            } catch (DeviceLostException e) {
                throw told(e);
            }
        }

        @Override
        public void unmask() {
            try {
                one.unmask();
            } catch (DeviceLostException e) {
                throw told(e);
            }
        }

        @Override
        public void trigger() {
            one.trigger();
        }

        @Override
        public String toString() {
            return one.toString();
        }
    }
}
