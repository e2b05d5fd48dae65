// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.tck.probe.Journal.Kind;
import org.deviceaccess.tck.probe.Trouble.Answer;

/** A region of a {@link ProbedDevice}. */
final class ProbedRegisters extends ForwardingRegisters {
    private final ProbedDevice device;

    ProbedRegisters(ProbedDevice device, Region real) {
        super(real);
        this.device = device;
    }

    @Override
    public long read(long offset, AccessWidth width) {
        Answer instead = device.answer(Kind.READ, place(offset));
        if (instead == null) {
            return super.read(offset, width);
        }
        return instead == Answer.ONES ? -1L >>> (Long.SIZE - width.bytes() * Byte.SIZE) : 0;
    }

    @Override
    public void write(long offset, AccessWidth width, long value) {
        if (device.answer(Kind.WRITE, place(offset)) == null) {
            super.write(offset, width, value);
        }
    }

    private String place(long offset) {
        return real.id() + "+0x" + Long.toHexString(offset);
    }
}
