// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.drivers.support.Poll;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.entropy.EntropySource;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtio entropy device that is ready for use (virtio 1.2, 5.4).
 *
 * <p>The device is asked for at most 4,096 bytes at a time and polled, with pauses once that takes long. A request that is not
 * answered in time stays with the device, and the next call takes its answer. A device that does not answer that call either,
 * answers what it must not, or was reset by {@link DeviceAccess#reset} is brought back: the call throws, and the next one finds
 * the device as new.
 */
public final class VirtioEntropySource implements EntropySource {
    private static final Logger LOG = LoggerFactory.getLogger(VirtioEntropySource.class);
    private static final int REQUESTS = 0;
    private static final int DESCRIPTORS = 1;
    private static final int LONGEST = 4096;
    private static final int PAUSES_PER_CHECK = 64;
    private static final String OPERATION = "read random bytes of";

    private final VirtioTransport transport;
    private final DriverClaim claim;
    private final Virtqueue queue; // guarded by lock
    private final DmaBuffer buffer; // guarded by lock
    private final ReentrantLock lock = new ReentrantLock();
    private boolean underWay; // guarded by lock
    private boolean late; // guarded by lock
    private volatile boolean closed;

    private VirtioEntropySource(VirtioTransport transport, DriverClaim claim) {
        this.transport = transport;
        this.claim = claim;
        transport.reset();
        transport.negotiate(0);
        this.queue = transport.createQueue(REQUESTS, DESCRIPTORS, CommonConfiguration.NO_VECTOR);
        this.buffer = transport.allocate(LONGEST, DmaConstraints.NONE.withDirection(DmaDirection.FROM_DEVICE));
        transport.start();
    }

    static VirtioEntropySource attach(DeviceAccess device, DriverClaim claim, Duration timeout) {
        VirtioTransport transport = new VirtioTransport(device, timeout);
        try {
            return new VirtioEntropySource(transport, claim);
        } catch (RuntimeException e) {
            throw transport.giveUp(e);
        }
    }

    @Override
    public void fill(MemorySegment target) throws InterruptedException {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the memory is read-only");
        }
        lock.lockInterruptibly();
        try {
            requireOpen();
            for (long done = 0; done < target.byteSize(); ) {
                int count = request(target.byteSize() - done);
                MemorySegment fresh = buffer.memory().asSlice(0, count);
                MemorySegment.copy(fresh, 0, target, done, count);
                // What is somebody's secret now is not left lying about.
                fresh.fill((byte) 0);
                done += count;
            }
        } catch (DeviceTimeoutException e) {
            // A device that is only slow is given the time of a second call.
            if (late) {
                recover(e);
            } else {
                late = true;
            }
            throw e;
        } catch (DeviceFaultException e) {
            recover(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Brings the device back after an answer that it must not give, or none; the next who asks finds it as new. */
    private void recover(DeviceAccessException why) {
        try {
            LOG.warn("{} is reset: {}", transport.name(), why.detail());
            transport.reset();
            transport.negotiate(0);
            transport.renewQueue(queue, CommonConfiguration.NO_VECTOR);
            transport.start();
            underWay = false;
            late = false;
        } catch (DeviceAccessException | IllegalStateException e) {
            why.addSuppressed(e);
        }
    }

    /** Lets the device fill the buffer, and returns how many of its bytes are wanted and there. */
    private int request(long wanted) throws InterruptedException {
        int length = (int) Math.min(wanted, LONGEST);
        if (!underWay) {
            queue.describe(0, buffer.deviceAddress(), length, Virtqueue.WRITE, 0);
            queue.offer(0, length);
            queue.publish();
            underWay = true;
        }
        await();
        underWay = false;
        late = false;
        int given = queue.usedLength();
        if (given < 1) {
            throw queue.fault("the device gave "
                    + (given < 0 ? "more random bytes than there is room for" : "no random bytes at all"));
        }
        return Math.min(length, given);
    }

    private void await() throws InterruptedException {
        long start = System.nanoTime();
        for (int tries = 1; ; tries++) {
            boolean late = System.nanoTime() - start > transport.timeout().toNanos();
            if (queue.next() >= 0) {
                return;
            }
            requireOpen();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (late || tries % PAUSES_PER_CHECK == 0) {
                transport.check(OPERATION);
            }
            if (late) {
                throw new DeviceTimeoutException(Failure.during(OPERATION + " " + transport.name())
                        .because(
                                "the device gave none in " + transport.timeout().toMillis() + " ms")
                        .remedy("Wait longer (VirtioEntropyDriverProvider.withTimeout), or reset the device"));
            }
            Poll.pause(tries);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws DeviceTimeoutException if the device does not come to rest. The driver is closed all the same, and memory that
     *     the device may still be using is left to the closing of the device, which stops its DMA first
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        lock.lock();
        try {
            transport.shutDown();
        } finally {
            claim.close();
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the driver of " + transport.name() + " is closed");
        }
    }
}
