// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.model;

import java.util.Optional;
import org.deviceaccess.spi.region.AccessWidth;

/**
 * One simulated device.
 *
 * <p>Never called by two threads at once. No method blocks, and no register access allocates memory.
 */
public interface DeviceModel {
    /** Returns what the function looks like from the bus; the same at every call. */
    PciFunction function();

    /**
     * Powers the device on. Called once, before anything else but {@link #function}.
     *
     * @param bus how the device reaches memory and raises interrupts
     * @throws org.deviceaccess.spi.error.DeviceAccessException if something that it shares with others is in use
     */
    void powerOn(Bus bus);

    /** Powers the device off, as it is closed or pulled out. Called once, and nothing else is afterwards. */
    default void powerOff() {}

    /** Resets the device to its state at power-on. Work that it asked the bus to run later has been dropped. */
    void reset();

    /**
     * Serves a read.
     *
     * @param bar which BAR, 0 to 5
     * @param offset in bytes from the start of the BAR, inside of it and a multiple of the width
     * @param width one of the widths that the BAR has
     * @return the value in the low bits; what is above the width is ignored
     */
    long read(int bar, long offset, AccessWidth width);

    /**
     * Serves a write.
     *
     * @param bar which BAR, 0 to 5
     * @param offset in bytes from the start of the BAR, inside of it and a multiple of the width
     * @param width one of the widths that the BAR has
     * @param value the value in the low bits, zeros above
     */
    void write(int bar, long offset, AccessWidth width, long value);

    /**
     * Returns what tests can do to this model beyond {@link org.deviceaccess.backend.sim.Simulation}, which they obtain
     * with {@code device.unwrap(type)}. What it returns is used by any thread, at any time.
     *
     * @param type a public type of the model
     * @return the object, or nothing if the model has no such type
     */
    default <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }
}
