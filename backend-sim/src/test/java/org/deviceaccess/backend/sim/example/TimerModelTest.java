// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.deviceaccess.backend.sim.DmaFault;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Test;

/** A model of one's own, used the way an application uses a device. */
class TimerModelTest {
    private final Devices devices = Devices.builder()
            .providers(List.of(new SimProvider(List.of(new TimerModel.Provider()))))
            .build();

    @Test
    void countsInMemoryAndSendsMessages() throws InterruptedException {
        try (DeviceAccess device = devices.access("sim:timer");
                DmaBuffer buffer = device.dma().allocate(8, DmaConstraints.NONE);
                Interrupts msi = device.interrupts().enable(InterruptKind.MSI, 1)) {
            Region bar = device.region(RegionId.BAR0);
            bar.write64(0x0, buffer.deviceAddress());
            for (int expired = 1; expired <= 3; expired++) {
                bar.write64(0x8, 1);
                assertEquals(1, msi.vector(0).await(Duration.ofSeconds(10)));
                assertEquals(expired, buffer.memory().get(ValueLayout.JAVA_LONG, 0));
            }
        }
    }

    @Test
    void aWrongAddressIsCaughtByTheIommu() throws InterruptedException {
        try (DeviceAccess device = devices.access("sim:timer?latency=0")) {
            device.dma().allocate(8, DmaConstraints.NONE);
            Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
            device.region(RegionId.BAR0).write64(0x0, 0xbad000);
            device.region(RegionId.BAR0).write64(0x8, 1);
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (simulation.dmaFaultCount() == 0 && System.nanoTime() < end) {
                Thread.sleep(1);
            }
            DmaFault fault = simulation.dmaFaults().getFirst();
            assertEquals("write of 8 bytes at 0xbad000: NOT_MAPPED", fault.toString());
        }
    }
}
