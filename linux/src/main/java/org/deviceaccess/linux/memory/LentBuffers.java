// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.memory;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DMA buffers of one device: makes them one at a time, and gives each back once. */
public final class LentBuffers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LentBuffers.class);

    private final Set<LentBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    // Held during calls into the kernel that can take long for much memory; register accesses do not need it.
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /**
     * Makes a buffer, unless the device is closed.
     *
     * @param operation what is done, in the infinitive
     * @param make makes it; leaves nothing behind if it throws
     * @return the buffer
     * @throws IllegalStateException if the device is closed
     */
    public <T extends LentBuffer> T make(String operation, Supplier<T> make) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("cannot " + operation + ": the device is closed");
            }
            T buffer = make.get();
            buffers.add(buffer);
            LOG.debug("{}: {}", operation, buffer);
            return buffer;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many there are. To be asked while one is {@linkplain #make made}. */
    public int count() {
        return buffers.size();
    }

    /** Returns whether a buffer was made here, and not for another device. */
    public boolean made(DmaBuffer buffer) {
        return buffer instanceof LentBuffer lent && lent.isOf(this);
    }

    /** Closes a buffer on behalf of its user. */
    void close(LentBuffer buffer) {
        lock.lock();
        try {
            if (buffers.contains(buffer)) {
                release(buffer);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a buffer's memory back.
     *
     * @throws IllegalStateException if a thread is inside a native call on it; then nothing has changed
     */
    private void release(LentBuffer buffer) {
        try {
            buffer.release();
        } catch (RuntimeException e) {
            if (buffer.holdsMemory()) {
                throw new IllegalStateException(
                        "cannot close the DMA buffer of " + buffer + ": another thread is inside a native call on its"
                                + " memory",
                        e);
            }
            forget(buffer);
            throw e;
        }
        forget(buffer);
    }

    private void forget(LentBuffer buffer) {
        LOG.debug("give back {}", buffer);
        buffer.markClosed();
        buffers.remove(buffer);
    }

    /**
     * Takes the device's access to all buffers away and gives their memory back. To be called with bus mastering off; can
     * be repeated, without effect on what is closed.
     *
     * @throws IllegalStateException if another thread is inside a native call on some of the memory; then that memory is
     *     kept, out of the device's reach, for the next call
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            CloseSteps steps = new CloseSteps();
            for (LentBuffer buffer : List.copyOf(buffers)) {
                // Also of memory that cannot be given back now, which then waits for the next call.
                steps.run(buffer::takeAccessAway);
                buffer.markClosed();
                steps.run(() -> release(buffer));
            }
            steps.finish();
        } finally {
            lock.unlock();
        }
    }
}
