// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.NoIommuException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("noiommu")
class NoIommuGuestTest {
    @Test
    void aGroupWithoutIommuIsNotTakenForOneWith() {
        var error = assertThrows(NoIommuException.class, () -> Devices.open(Addresses.WIDE));
        assertTrue(error.detail().contains("no-IOMMU mode"), error.getMessage());
    }

    @Test
    void aDeviceWithoutGroupNeedsAnIommuBeforeADriver() throws IOException, InterruptedException {
        Guest.bind("0000:00:11.0", "");
        try {
            var error = assertThrows(NoIommuException.class, () -> Devices.open(Addresses.NARROW));
            assertTrue(String.valueOf(error.remedy()).contains("intel_iommu=on"), error.getMessage());
        } finally {
            Guest.bind("0000:00:11.0", "vfio-pci");
        }
    }
}
