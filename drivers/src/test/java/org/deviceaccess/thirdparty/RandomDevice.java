// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.thirdparty;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.drivers.virtio.QueueInterrupts;
import org.deviceaccess.drivers.virtio.VirtioTransport;
import org.deviceaccess.drivers.virtio.Virtqueue;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Driver;

/** A driver of virtio entropy devices (virtio 1.2, 5.4) as somebody else would write it: on what is exported, and no more. */
final class RandomDevice implements Driver {
    private static final int LONGEST = 256;

    private final VirtioTransport transport;
    private final QueueInterrupts interrupts;
    private final Virtqueue queue;
    private final DmaBuffer buffer;

    RandomDevice(DeviceAccess device, Duration timeout) {
        transport = new VirtioTransport(device, timeout);
        interrupts = new QueueInterrupts(transport);
        try {
            transport.reset();
            transport.negotiate(0);
            interrupts.enable(1);
            queue = transport.createQueue(0, 1, interrupts.vector(0));
            buffer = transport.allocate(LONGEST, DmaConstraints.NONE);
            transport.start();
            if (interrupts.exist()) {
                interrupts.claim(0);
            }
        } catch (RuntimeException e) {
            interrupts.close();
            throw transport.giveUp(e);
        }
    }

    /** Returns random bytes, at most 256; sleeps until the device has them where it can interrupt. */
    byte[] bytes(int count) throws InterruptedException {
        queue.describe(0, buffer.deviceAddress(), count, Virtqueue.WRITE, 0);
        queue.offer(0, count);
        queue.publish();
        long start = System.nanoTime();
        for (int tries = 0; queue.next() < 0; tries++) {
            if (Poll.hasPassed(start, transport.timeout().toNanos())) {
                throw transport.giveUp(queue.fault("no bytes came"));
            }
            transport.check("read random bytes");
            if (!interrupts.exist()) {
                Poll.pause(tries);
            } else if (!queue.arm()) {
                interrupts.await(0, Duration.ofMillis(50));
            }
        }
        return buffer.memory().asSlice(0, queue.usedLength()).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Brings the device back after a reset. */
    void renew() {
        transport.reset();
        transport.negotiate(0);
        interrupts.enable(1);
        transport.renewQueue(queue, interrupts.vector(0));
        transport.start();
    }

    @Override
    public void close() {
        transport.shutDown();
        interrupts.close();
    }
}
