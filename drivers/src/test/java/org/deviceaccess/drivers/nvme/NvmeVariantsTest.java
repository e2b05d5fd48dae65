// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.driver.Drivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on disks that are made in other ways than most. */
@Timeout(60)
class NvmeVariantsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "block-size=4096",
                "block-size=4096&format=15",
                "completions=reversed",
                "scatter=true",
                "scatter=true&completions=reversed&block-size=4096",
                "io-queues=2",
                "version=1.1",
                "namespaces=inactive,block",
                "predecessor=enabled"
            })
    void theWholeDiskIsWrittenAndVerified(String options) throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:nvme?size=4M&latency=0&" + options)) {
            Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
            try (NvmeDevice disk = Drivers.installed().attach(device, NvmeDevice.class)) {
                for (Waiting waiting : Waiting.values()) {
                    Exercise.writeAndVerify(
                            disk, waiting, 32, 0, disk.geometry().blockCount(), waiting.ordinal());
                }
            }
            assertEquals(List.of(), simulation.dmaFaults());
            assertEquals(List.of(), simulation.deviceFaults());
            assertEquals(0, simulation.mappings());
        }
    }

    @Test
    void eachNamespaceIsADiskOfItsOwn() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:nvme?size=1M&latency=0&namespaces=block,inactive,block")) {
            for (int id : new int[] {1, 3}) {
                try (NvmeDevice disk =
                        new NvmeDriverProvider().withNamespace(id).attach(device)) {
                    assertEquals(List.of(1, 3), disk.namespaces());
                    assertEquals(id, disk.namespace());
                    Exercise.writeAndVerify(
                            disk, Waiting.POLLING, 8, 0, disk.geometry().blockCount(), id);
                }
            }
        }
    }
}
