// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.memory;

import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;

/** The part of an open device that differs between backends: how it reaches memory, and what checks that. */
public interface DmaPart {
    /** Returns what keeps the device from reaching memory that is not meant for it. */
    TrustLevel trust();

    /** Returns which of the capabilities of DMA there are. */
    Set<Capability> capabilities();

    /**
     * Returns what makes memory reachable.
     *
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if there is none; says why and who has it
     */
    DmaSupport support();

    /**
     * Takes the device's access to all memory away and gives the memory back. Called with bus mastering off, when no
     * new use can begin; called again where the first call threw.
     *
     * @throws IllegalStateException if another thread is inside a native call on some of the memory; then that memory
     *     is kept, out of the device's reach, for the next call
     */
    void close();
}
