// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.List;
import org.deviceaccess.spi.region.RegionId;

/**
 * The outside of a simulated device: what it did, and what can happen to it. For tests of drivers, obtained with
 * {@code device.unwrap(Simulation.class)}.
 *
 * <p>Safe for use by any thread, except from a {@link ReadOverride}. What only looks can also be used once the device is
 * closed; the rest then throws {@link IllegalStateException}.
 */
public interface Simulation {
    /** Returns the latest DMA accesses that were refused, at most 1,024, the oldest first. */
    List<DmaFault> dmaFaults();

    /** Returns how many DMA accesses were refused. */
    long dmaFaultCount();

    /** Returns the latest things the device was told to do and could not, at most 1,024, the oldest first. */
    List<DeviceFault> deviceFaults();

    /**
     * Returns what the driver did although the specification of the device forbids it, as far as the model looks for it:
     * the latest, at most 1,024, the oldest first.
     */
    List<DeviceFault> forbiddenAccesses();

    /** Forgets all faults and forbidden accesses. */
    void clearFaults();

    /** Returns how many DMA mappings there are. */
    int mappings();

    /**
     * Pulls the device out: from now on every access to its regions throws
     * {@link org.deviceaccess.spi.error.DeviceLostException}, and it does nothing by itself any more. It cannot be put
     * back.
     */
    void remove();

    /** Asks for the device back, as the kernel does before an orderly removal. */
    void requestRelease();

    /** Reports an error on the bus. */
    void raiseError();

    /** Stops the device from doing anything by itself, until it is reset: what it was told to do is never finished. */
    void hang();

    /**
     * Loses interrupts, or stops losing them.
     *
     * @param losing while true, nothing that the device raises arrives; messages are lost for ever, the line is seen
     *     when it is still asserted later
     */
    void loseInterrupts(boolean losing);

    /**
     * Makes the registers of a region answer something else.
     *
     * @param region which region
     * @param override what they answer; {@link ReadOverride#NONE} for the truth
     * @throws org.deviceaccess.spi.error.NoSuchRegionException if the device lacks the region
     */
    void override(RegionId region, ReadOverride override);
}
