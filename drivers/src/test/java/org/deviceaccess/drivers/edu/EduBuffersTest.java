// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.DmaUnreachableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A buffer of the caller is the device's until the device can touch it no more. */
@Timeout(60)
class EduBuffersTest {
    private static final String SLOW = "sim:edu?latency=3000&dma-mask=0xffffffff";
    private static final long SLOW_NANOS = 3_000_000;

    @ParameterizedTest
    @EnumSource
    void aCopyThatWaitsThrowsOnlyWhenTheDeviceIsIdle(Completion completion) throws Exception {
        for (int round = 0; round < 40; round++) {
            try (DeviceAccess device = Devices.open(SLOW);
                    Arena arena = Arena.ofShared()) {
                EduDevice edu = new EduDriverProvider().withAddressBits(32).attach(device);
                MemorySegment memory = arena.allocate(4096, 4096);
                DmaBuffer buffer = device.dma().map(memory, edu.dmaConstraints());
                long pause = round * SLOW_NANOS / 20;
                Runnable close = round % 2 == 0 ? edu::close : device::close;
                Thread closing = Thread.ofPlatform().start(() -> {
                    LockSupport.parkNanos(pause);
                    close.run();
                });
                assertThrows(IllegalStateException.class, () -> {
                    while (true) {
                        edu.copyFromDevice(0, buffer, 0, 4000, completion);
                    }
                });
                memory.fill((byte) 0x44);
                LockSupport.parkNanos(2 * SLOW_NANOS);
                for (long at = 0; at < 4096; at++) {
                    assertEquals(0x44, memory.get(ValueLayout.JAVA_BYTE, at), "round " + round + ", byte " + at);
                }
                closing.join();
                edu.close();
            }
        }
    }

    @Test
    void aCopyThatTakesTooLongIsEndedByAReset() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:edu?latency=0&dma-mask=0xffffffff");
                EduDevice edu = new EduDriverProvider()
                        .withAddressBits(32)
                        .withTimeout(Duration.ofMillis(200))
                        .attach(device);
                DmaBuffer buffer = device.dma().allocate(4096, edu.dmaConstraints())) {
            device.unwrap(Simulation.class).orElseThrow().hang();
            assertThrows(
                    DeviceTimeoutException.class, () -> edu.copyFromDevice(0, buffer, 0, 4000, Completion.POLLING));
            for (Completion completion : Completion.values()) {
                edu.copyToDevice(buffer, 0, 0, 4000, completion);
                assertEquals(120, edu.factorial(5, completion));
            }
        }
    }

    @Test
    void aBufferOfAnotherDeviceIsRefused() {
        try (DeviceAccess device = Devices.open(SLOW);
                DeviceAccess other = Devices.open(SLOW);
                EduDevice edu = new EduDriverProvider().withAddressBits(32).attach(device);
                DmaBuffer foreign = other.dma().allocate(4096, edu.dmaConstraints())) {
            assertThrows(DmaUnreachableException.class, () -> edu.copyToDevice(foreign, 0, 0, 8, Completion.POLLING));
            assertThrows(DmaUnreachableException.class, () -> edu.copyFromDevice(0, foreign, 0, 8, Completion.POLLING));
        }
    }

    @Test
    void twoDriversDoNotShareADevice() {
        try (DeviceAccess device = Devices.open(SLOW)) {
            try (EduDevice edu = new EduDriverProvider().attach(device)) {
                assertThrows(DeviceBusyException.class, () -> new EduDriverProvider().attach(device));
                assertEquals("1.0", edu.version());
            }
            new EduDriverProvider().attach(device).close();
        }
    }
}
