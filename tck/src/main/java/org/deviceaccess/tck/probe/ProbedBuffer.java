// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.tck.probe.Journal.Kind;
import org.jspecify.annotations.Nullable;

/** Memory for DMA of a {@link ProbedDevice}. */
public final class ProbedBuffer extends ForwardingDma.Buffer {
    private final ProbedDevice device;
    private boolean givenBack; // guarded by this
    private byte @Nullable [] contents; // guarded by this

    ProbedBuffer(ProbedDevice device, DmaBuffer real) {
        super(real);
        this.device = device;
    }

    /** Returns whether it was given back. */
    public synchronized boolean isGivenBack() {
        return givenBack;
    }

    /** Returns the first byte that is another than when the memory was given back and held back; nothing if none is. */
    public synchronized OptionalLong changedSinceGivenBack() {
        if (contents == null || !real.memory().scope().isAlive()) {
            return OptionalLong.empty();
        }
        long mismatch = real.memory().mismatch(MemorySegment.ofArray(contents));
        return mismatch < 0 ? OptionalLong.empty() : OptionalLong.of(mismatch);
    }

    @Override
    public long deviceAddress() {
        requireHeld();
        return super.deviceAddress();
    }

    @Override
    public long deviceAddress(long offset) {
        requireHeld();
        return super.deviceAddress(offset);
    }

    private synchronized void requireHeld() {
        if (givenBack) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (contents != null) {
            return; // held back
        }
        if (givenBack || !device.isOpen()) {
            super.close();
            return;
        }
        if (device.isHoldingBack()) {
            contents = real.memory().toArray(ValueLayout.JAVA_BYTE);
        } else {
            super.close();
        }
        givenBack = true;
        device.journal().add(Kind.GIVE_BACK, toString());
    }

    @Override
    public String toString() {
        return "the memory of " + size() + " bytes for DMA";
    }
}
