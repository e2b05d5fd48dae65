// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.network.PacketBatch;

/** Which buffer the device has in each descriptor of a queue, and which descriptors are free. Allocates nothing in use. */
final class PostedBuffers {
    private static final int NONE = -1;

    private final int[] buffers;
    private final int[] free;
    private int freeCount;

    /** Makes a queue of free descriptors. */
    PostedBuffers(int size) {
        this.buffers = new int[size];
        this.free = new int[size];
        for (int i = 0; i < size; i++) {
            buffers[i] = NONE;
            free[i] = size - 1 - i;
        }
        this.freeCount = size;
    }

    /** Returns how many descriptors are free. */
    int free() {
        return freeCount;
    }

    /** Returns how many buffers the device has. */
    int posted() {
        return free.length - freeCount;
    }

    /** Takes a free descriptor for a buffer, of which there must be one. */
    int post(int buffer) {
        freeCount--;
        int descriptor = free[freeCount];
        buffers[descriptor] = buffer;
        return descriptor;
    }

    /** Frees a descriptor that the device has used, and returns its buffer. */
    int release(int descriptor) {
        int buffer = buffers[descriptor];
        buffers[descriptor] = NONE;
        free[freeCount] = descriptor;
        freeCount++;
        return buffer;
    }

    /** Frees all descriptors, of a device that is at rest, and adds their buffers to a batch with room for them. */
    void releaseAll(PacketBatch batch) {
        for (int descriptor = 0; descriptor < buffers.length; descriptor++) {
            if (buffers[descriptor] != NONE) {
                batch.add(release(descriptor), 0);
            }
        }
    }
}
