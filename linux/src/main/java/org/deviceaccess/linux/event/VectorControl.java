// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

/**
 * What a backend does to the interrupts of a device. Called only while the interrupts are not closed, by any thread,
 * and for {@link #mask}, {@link #unmask} and {@link #trigger} only if
 * {@link org.deviceaccess.spi.interrupt.InterruptInfo} claims that it works.
 */
public interface VectorControl {
    /** Holds back events of a vector. */
    void mask(int index);

    /** Lets events of a vector through. */
    void unmask(int index);

    /** Raises a vector once in software. */
    void trigger(int index);

    /**
     * Disables all vectors in the device, so that the kernel lets go of their descriptors. Called once, at closing, when
     * no other call is or will be made; also if enabling them has failed.
     */
    void disable();
}
