// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;

/** An entropy device (virtio 1.2, 5.4). */
final class EntropyType implements DeviceType {
    private final SecureRandom random = new SecureRandom();
    private final int most;

    /**
     * Makes the device.
     *
     * @param most how many bytes it gives at a time at the most
     */
    EntropyType(int most) {
        this.most = most;
    }

    @Override
    public int number() {
        return 4;
    }

    @Override
    public int classCode() {
        return 0x00ff00;
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public int queues() {
        return 1;
    }

    @Override
    public int configuration(int offset) {
        return 0;
    }

    @Override
    public void reset(long features) {
        // It remembers nothing.
    }

    @Override
    public void work(VirtioQueue notified) {
        for (Chain chain = notified.next(); chain != null; chain = notified.next()) {
            VirtioFaults.Fault fault = notified.fault();
            byte[] bytes = new byte[(int) Math.min(chain.writableBytes(), most)];
            random.nextBytes(bytes);
            boolean written = chain.write(0, MemorySegment.ofArray(bytes));
            notified.end(chain, written ? bytes.length : 0, fault);
        }
        notified.tell();
    }
}
