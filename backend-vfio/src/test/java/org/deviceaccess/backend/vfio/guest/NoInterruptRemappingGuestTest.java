// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.InterruptRemappingMissingException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guest")
@Tag("vfio-virtio")
class NoInterruptRemappingGuestTest {
    private static final Path SWITCH = Path.of("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");

    @Test
    void isRefusedUnlessAllowed() throws IOException, InterruptedException {
        String before = Guest.set(SWITCH, "0");
        try {
            var error = assertThrows(InterruptRemappingMissingException.class, () -> Devices.open(Addresses.WIDE));
            String remedy = String.valueOf(error.remedy());
            assertTrue(remedy.contains(SWITCH.toString()), remedy);
            Guest.sh(remedy.substring(remedy.indexOf("echo ")));
            try (Edu edu = Edu.open(Addresses.WIDE)) {
                assertEquals(Edu.ID, edu.bar().read32(0));
            }
        } finally {
            Guest.set(SWITCH, before);
        }
    }
}
