// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.tck.probe.Journal.Kind;

/** The DMA of a {@link ProbedDevice}. */
final class ProbedDma extends ForwardingDma {
    private final ProbedDevice device;

    ProbedDma(ProbedDevice device, DmaSupport real) {
        super(real);
        this.device = device;
    }

    @Override
    public DmaBuffer allocate(long size, DmaConstraints constraints) {
        request(size + " bytes", constraints);
        return probed(super.allocate(size, constraints));
    }

    @Override
    public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
        device.use(Capability.DMA_MAP);
        request(memory.byteSize() + " bytes of its own", constraints);
        return probed(super.map(memory, constraints));
    }

    private void request(String what, DmaConstraints constraints) {
        device.demand(constraints);
        if (device.refuses(Kind.ALLOCATE, what)) {
            throw new DmaMemoryException(Failure.during("allocate " + what + " for DMA of " + device.address())
                    .because("the compatibility kit lets the request fail")
                    .remedy("Ask again"));
        }
    }

    private DmaBuffer probed(DmaBuffer buffer) {
        ProbedBuffer probed = new ProbedBuffer(device, buffer);
        device.add(probed);
        return probed;
    }
}
