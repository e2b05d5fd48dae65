// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.IommuPresentException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device that an IOMMU can check is never opened without. */
@Tag("guest")
@Tag("vfio")
class BehindIommuGuestTest {
    @Test
    void itIsRefusedWhateverIsSaid() {
        var error = assertThrows(IommuPresentException.class, () -> Devices.open(Addresses.WIDE));
        assertEquals("Open it as vfio:0000:00:10.0", error.remedy());
        assertThrows(IommuPresentException.class, () -> Devices.open("vfio-noiommu:0000:00:10.0"));
    }
}
