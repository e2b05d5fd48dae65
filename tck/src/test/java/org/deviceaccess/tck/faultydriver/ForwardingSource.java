// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.spi.entropy.EntropySource;

/** An entropy source that does what another does, until a method is overridden. */
class ForwardingSource implements EntropySource {
    final EntropySource real;

    ForwardingSource(EntropySource real) {
        this.real = real;
    }

    @Override
    public void fill(MemorySegment target) throws InterruptedException {
        real.fill(target);
    }

    @Override
    public void close() {
        real.close();
    }
}
