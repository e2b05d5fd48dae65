// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.OptionalLong;
import org.deviceaccess.linux.vfio.IommuInfo;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.junit.jupiter.api.Test;

class IommuLimitsTest {
    private static final long PAGE = 4096;

    private static List<AddressRange> usable(AddressRange... ranges) {
        return IommuLimits.of(new IommuInfo(PAGE, List.of(ranges), OptionalLong.empty()), PAGE)
                .ranges();
    }

    @Test
    void theFirstAndTheLastPageOf64BitsAreNotUsed() {
        assertEquals(List.of(new AddressRange(PAGE, -PAGE - 1)), usable(new AddressRange(0, -1)));
        assertEquals(List.of(), usable(new AddressRange(-PAGE, -1)));
        assertEquals(List.of(new AddressRange(-2 * PAGE, -PAGE - 1)), usable(new AddressRange(-2 * PAGE, -1)));
    }

    @Test
    void rangesAreCutToWholePagesAndSorted() {
        assertEquals(
                List.of(new AddressRange(2 * PAGE, 3 * PAGE - 1), new AddressRange(8 * PAGE, 9 * PAGE - 1)),
                usable(new AddressRange(8 * PAGE, 9 * PAGE + 5), new AddressRange(PAGE + 1, 3 * PAGE - 1)));
        assertEquals(List.of(), usable(new AddressRange(PAGE + 1, 2 * PAGE + 5)));
        assertThrows(
                MalformedDeviceException.class,
                () -> usable(new AddressRange(PAGE, 3 * PAGE), new AddressRange(2 * PAGE, 4 * PAGE)));
    }
}
