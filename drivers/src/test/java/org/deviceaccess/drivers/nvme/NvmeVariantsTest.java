// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.nvme.NvmeFaults;
import org.deviceaccess.drivers.block.Exercise;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
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
                "io-queues=1",
                "format=20&block-size=4096",
                "format=63&block-size=1024",
                "version=1.0",
                "namespaces=zoned,block",
                "namespaces=metadata,inactive,block",
                "predecessor=enabling",
                "predecessor=failed",
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

    @Test
    void aNamespaceThatIsNoOrdinaryDiskIsRefusedByWhatItIs() {
        refused("zoned", "zone by zone");
        refused("metadata", "metadata");
        refused("inactive", "no active namespace");
    }

    private static void refused(String kind, String word) {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=0&namespaces=" + kind)) {
            UnsupportedCapabilityException e =
                    assertThrows(UnsupportedCapabilityException.class, () -> new NvmeDriverProvider().attach(device));
            assertTrue(e.getMessage().contains(word), e.getMessage());
            assertEquals(0, device.unwrap(Simulation.class).orElseThrow().mappings());
        }
    }

    @Test
    void withoutTheListOfNamespacesAllIdsAreAskedFor() {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=0&namespaces=inactive,block,inactive,block")) {
            device.unwrap(NvmeFaults.class).orElseThrow().admin(0x06, 0x02).fail(0x4002, 100);
            try (NvmeDevice disk = new NvmeDriverProvider().attach(device)) {
                assertEquals(2, disk.namespace());
                assertEquals(List.of(2, 4), disk.namespaces());
            }
        }
    }

    @Test
    void aControllerThatFailsWhileItStartsIsResetAndTriedAgain() {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=0")) {
            NvmeFaults faults = device.unwrap(NvmeFaults.class).orElseThrow();
            faults.failWhileEnabling(1);
            new NvmeDriverProvider().attach(device).close();
            faults.failWhileEnabling(2);
            assertThrows(DeviceFaultException.class, () -> new NvmeDriverProvider().attach(device));
            assertEquals(0, device.unwrap(Simulation.class).orElseThrow().mappings());
            new NvmeDriverProvider().attach(device).close();
        }
    }

    @Test
    void aControllerThatSticksIsResetByItsFunction() {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=0")) {
            NvmeFaults faults = device.unwrap(NvmeFaults.class).orElseThrow();
            NvmeDevice disk =
                    new NvmeDriverProvider().withTimeout(Duration.ofMillis(200)).attach(device);
            faults.stick();
            assertThrows(DeviceTimeoutException.class, disk::flush);
            disk.flush();
            faults.stick();
            disk.close();
            assertEquals(0, device.unwrap(Simulation.class).orElseThrow().mappings());
            new NvmeDriverProvider().attach(device).close();
        }
    }

    @Test
    void neitherTheInterruptMaskNorADoorbellIsTouchedThatMustNotBe() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:nvme?latency=0")) {
            Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
            try (NvmeDevice disk = new NvmeDriverProvider().attach(device);
                    BlockQueue queue = disk.openQueue(4, Waiting.INTERRUPT);
                    BlockQueue other = disk.openQueue(4, Waiting.INTERRUPT)) {
                for (int round = 0; round < 5; round++) {
                    queue.submitFlush(1);
                    other.submitFlush(2);
                    disk.reset();
                    disk.flush();
                    queue.submitFlush(3);
                    while (queue.underWay() + other.underWay() > 0) {
                        queue.await(Duration.ofMillis(10), (token, status, code) -> {});
                        other.await(Duration.ofMillis(10), (token, status, code) -> {});
                    }
                }
            }
            assertEquals(List.of(), simulation.forbiddenAccesses());
        }
    }
}
