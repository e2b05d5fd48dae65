// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.dma.DmaSupport;

/** DMA that does what another's does, until a method is overridden. */
public class ForwardingDma implements DmaSupport {
    /** The other one. */
    protected final DmaSupport real;

    protected ForwardingDma(DmaSupport real) {
        this.real = real;
    }

    @Override
    public DmaLimits limits() {
        return real.limits();
    }

    @Override
    public DmaBuffer allocate(long size, DmaConstraints constraints) {
        return real.allocate(size, constraints);
    }

    @Override
    public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
        return real.map(memory, constraints);
    }

    @Override
    public boolean reaches(DmaBuffer buffer) {
        return real.reaches(buffer instanceof Buffer forwarding ? forwarding.real : buffer);
    }

    /** One buffer. */
    public static class Buffer implements DmaBuffer {
        /** The other one. */
        protected final DmaBuffer real;

        protected Buffer(DmaBuffer real) {
            this.real = real;
        }

        @Override
        public MemorySegment memory() {
            return real.memory();
        }

        @Override
        public long size() {
            return real.size();
        }

        @Override
        public DmaDirection direction() {
            return real.direction();
        }

        @Override
        public List<DmaSegment> segments() {
            return real.segments();
        }

        @Override
        public long deviceAddress() {
            return real.deviceAddress();
        }

        @Override
        public long deviceAddress(long offset) {
            return real.deviceAddress(offset);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
