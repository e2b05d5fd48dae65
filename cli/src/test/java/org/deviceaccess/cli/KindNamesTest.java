// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.spi.pci.PciId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices whose class says nothing are called what they are. */
class KindNamesTest {
    @ParameterizedTest
    @CsvSource({
        // Modern and transitional; the classes are those that QEMU gives them.
        "0x1af4, 0x1044, 0x1100, 0x00ff00, entropy",
        "0x1af4, 0x1005, 0x0004, 0x00ff00, entropy",
        "0x1af4, 0x1045, 0x1100, 0x00ff00, memory balloon",
        "0x1af4, 0x1002, 0x0005, 0x00ff00, memory balloon",
        "0x1af4, 0x1057, 0x1100, 0xff0000, IOMMU",
        "0x1af4, 0x1041, 0x1100, 0x020000, network",
        "0x1af4, 0x1042, 0x1100, 0x010000, mass storage",
        "0x1af4, 0x1042, 0x1100, 0x00ff00, block",
        "0x1af4, 0x107f, 0x1100, 0x00ff00, unclassified",
        "0x1af4, 0x1110, 0x1100, 0xff0000, unassigned",
        "0x8086, 0x1044, 0x1100, 0x00ff00, unclassified",
        "0x1234, 0x11e8, 0x1100, 0x00ff00, educational",
        "0x8086, 0x10d3, 0x0000, 0x020000, network"
    })
    void aDeviceIsCalledWhatItIs(String vendor, String device, String subsystem, String classCode, String kind) {
        PciId id = new PciId(
                Integer.decode(vendor),
                Integer.decode(device),
                0x1af4,
                Integer.decode(subsystem),
                Integer.decode(classCode),
                0);
        assertEquals(kind, KindNames.of(id));
    }

    @Test
    void noSimulatedDeviceIsListedAsUnclassified() {
        CommandRun run = CommandRun.with(List.of(new SimProvider()), "list");
        assertTrue(run.out().matches("(?s).*sim:virtio-rng +1af4:1044 +entropy .*"), run::out);
        assertTrue(run.out().matches("(?s).*sim:edu +1234:11e8 +educational .*"), run::out);
        assertEquals(-1, run.out().indexOf("unclassified"), run::out);
    }
}
