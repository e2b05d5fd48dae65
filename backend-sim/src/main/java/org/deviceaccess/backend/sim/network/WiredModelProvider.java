// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.network;

import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.Options;

/** Makes network cards, which can be at one wire with cards of other providers. */
public interface WiredModelProvider extends DeviceModelProvider {
    /**
     * Makes a card, as it is before power-on.
     *
     * @param options checked options
     * @param cables the wires that have a name
     * @return a new card that shares nothing with others but the wire that its options name
     * @throws org.deviceaccess.spi.error.DeviceBusyException if two cards are at that wire already
     */
    DeviceModel create(Options options, Cables cables);

    /** Makes a card that is alone at the wire that its options name. */
    @Override
    default DeviceModel create(Options options) {
        return create(options, new Cables());
    }
}
