// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The driver on a whole simulated device: found, attached, used, and left behind clean. */
@Timeout(60)
class EduOnSimTest {
    private DeviceAccess device;
    private Simulation simulation;

    @BeforeEach
    void open() {
        device = Devices.open("sim:edu");
        simulation = device.unwrap(Simulation.class).orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
    }

    @ParameterizedTest
    @EnumSource
    void computesAndCopies(Completion completion) throws Exception {
        try (EduDevice edu = Drivers.installed().attach(device, EduDevice.class)) {
            assertEquals("1.0", edu.version());
            assertEquals(479_001_600, edu.factorial(12, completion));
            byte[] sent = new byte[EduDevice.BUFFER_SIZE];
            new Random(7).nextBytes(sent);
            byte[] received = new byte[sent.length];
            edu.write(0, MemorySegment.ofArray(sent), completion);
            edu.read(0, MemorySegment.ofArray(received), completion);
            assertEquals(-1, MemorySegment.ofArray(sent).mismatch(MemorySegment.ofArray(received)));
            byte[] middle = new byte[100];
            edu.read(1000, MemorySegment.ofArray(middle), completion);
            assertEquals(-1, MemorySegment.ofArray(sent).asSlice(1000, 100).mismatch(MemorySegment.ofArray(middle)));
        }
        assertEquals(0, simulation.mappings());
        assertEquals(List.of(), simulation.dmaFaults());
        assertEquals(List.of(), simulation.deviceFaults());
        assertEquals(0, device.region(RegionId.BAR0).read32(0x24), "no interrupt is raised");
        assertEquals(0, device.region(RegionId.BAR0).read32(0x20), "no interrupt will be raised");
    }

    @Test
    void copiesFromAndToTheCallersBuffer() throws Exception {
        try (EduDevice edu = Drivers.installed().attach(device, EduDevice.class);
                DmaBuffer buffer = device.dma().allocate(8192, edu.dmaConstraints())) {
            buffer.memory().asSlice(0, 4096).fill((byte) 0x5a);
            edu.copyToDevice(buffer, 100, 0, 500, Completion.POLLING);
            edu.copyFromDevice(0, buffer, 5000, 500, Completion.INTERRUPT);
            MemorySegment copy = buffer.memory().asSlice(4096);
            assertEquals(-1, copy.asSlice(904, 500).mismatch(buffer.memory().asSlice(0, 500)));
            assertEquals(904, copy.mismatch(MemorySegment.ofArray(new byte[4096])), "nothing before it was touched");
            assertEquals(0, copy.get(ValueLayout.JAVA_BYTE, 1404), "nothing after it was touched");
        }
        assertEquals(List.of(), simulation.dmaFaults());
    }

    @Test
    void manyThreadsShareOneDevice() throws Exception {
        try (EduDevice edu = Drivers.installed().attach(device, EduDevice.class);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int n = i % 13;
                Completion completion = Completion.values()[i % 2];
                results.add(threads.submit(() -> edu.factorial(n, completion)));
            }
            for (int i = 0; i < results.size(); i++) {
                assertEquals(FakeEdu.factorial(i % 13), results.get(i).get().intValue());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatHangsIsReportedInTime(Completion completion) throws Exception {
        EduDevice edu =
                new EduDriverProvider().withTimeout(Duration.ofMillis(100)).attach(device);
        simulation.hang();
        assertThrows(DeviceTimeoutException.class, () -> edu.factorial(5, completion));
        device.reset();
        assertEquals(120, edu.factorial(5, Completion.POLLING), "after a reset it works again");
        edu.close();
    }

    @Test
    void lostInterruptsAreReportedAsSuch() throws Exception {
        EduDevice edu =
                new EduDriverProvider().withTimeout(Duration.ofMillis(100)).attach(device);
        simulation.loseInterrupts(true);
        DeviceTimeoutException late =
                assertThrows(DeviceTimeoutException.class, () -> edu.factorial(5, Completion.INTERRUPT));
        assertTrue(late.getMessage().contains("MSI does not get through"), late.getMessage());
        simulation.loseInterrupts(false);
        assertEquals(120, edu.factorial(5, Completion.INTERRUPT));
        edu.close();
    }

    @Test
    void aDeviceThatIsPulledOutIsLost() {
        EduDevice edu = Drivers.installed().attach(device, EduDevice.class);
        simulation.remove();
        assertThrows(DeviceLostException.class, () -> edu.factorial(5, Completion.POLLING));
        assertThrows(DeviceLostException.class, () -> edu.checkLiveness(1));
        edu.close();
    }

    @Test
    void aDeviceThatAnswersAllOnesIsLost() {
        EduDevice edu = Drivers.installed().attach(device, EduDevice.class);
        simulation.override(RegionId.BAR0, (offset, width, honest) -> -1);
        assertThrows(DeviceLostException.class, () -> edu.factorial(5, Completion.INTERRUPT));
        edu.close();
    }

    @Test
    void anotherIdentificationIsRefused() {
        simulation.override(RegionId.BAR0, (offset, width, honest) -> offset == 0 ? 0x010000ee : honest);
        assertThrows(DeviceFaultException.class, () -> Drivers.installed().attach(device, EduDevice.class));
    }

    @Test
    void theDeviceCanBeClosedFirst() {
        EduDevice edu = Drivers.installed().attach(device, EduDevice.class);
        device.close();
        assertThrows(IllegalStateException.class, () -> edu.factorial(5, Completion.POLLING));
        edu.close();
    }
}
