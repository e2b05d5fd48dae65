// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.device;

import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.interrupt.InterruptKind;

/**
 * What is known of the behaviour of a device, so that the kit can make it do things and see what came of it.
 *
 * <p>Found with {@link java.util.ServiceLoader} by the identity of the device under test. It holds no state: every
 * method is given the open device, may be called by any thread, and leaves the device usable.
 */
public interface KnownDevice {
    /** Returns the name of the device, for reports. */
    String name();

    /** Returns whether this is the device. */
    boolean matches(DeviceIdentity identity);

    /**
     * Brings the device to rest: no interrupt pending, no transfer running. Called after opening, where what an earlier
     * test has left is still in the device.
     */
    void quiesce(DeviceAccess device);

    /** Returns a 32-bit register that always reads {@link #constantValue()}, without a side effect. */
    RegisterAddress constant();

    /** Returns the value of the {@linkplain #constant() constant register}. */
    int constantValue();

    /** Returns a 32-bit register that can be written with every value, without a side effect. */
    RegisterAddress scratch();

    /**
     * Returns what the {@linkplain #scratch() scratch register} reads after it was written.
     *
     * @param written the value that was written
     */
    int scratchReads(int written);

    /** Returns the kinds of interrupt that {@link #raise} raises on vector 0; empty where it can raise none. */
    Set<InterruptKind> raises();

    /**
     * Raises exactly one interrupt with exactly one register write, and returns when the device has seen it. A
     * message is sent each time, also when an earlier one was not acknowledged; a line stays asserted until then.
     */
    void raise(DeviceAccess device);

    /** Takes back the cause of all interrupts, so that a line is no longer asserted. */
    void acknowledge(DeviceAccess device);

    /**
     * Writes two adjacent 32-bit registers, the lower one first, in such a way that the device's state tells whether it
     * saw two writes of 32 bits in that order.
     *
     * @return whether the device saw them so; nothing where the device cannot tell
     */
    Optional<Boolean> seesAdjacentWrites(DeviceAccess device);

    /** Returns the DMA engine of the device, or nothing where it has none. */
    Optional<KnownDma> dma();
}
