// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.virtio.VirtioFaults;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.entropy.EntropySource;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver of entropy sources on the simulated one, which does what it should or does not. */
@Timeout(60)
class EntropyOnSimTest {
    private DeviceAccess device;
    private Simulation simulation;
    private VirtioFaults faults;

    @BeforeEach
    void open() {
        open("sim:virtio-rng?latency=0");
    }

    private void open(String address) {
        device = Devices.open(address);
        simulation = device.unwrap(Simulation.class).orElseThrow();
        faults = device.unwrap(VirtioFaults.class).orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private VirtioEntropySource attach() {
        return new VirtioEntropyDriverProvider()
                .withTimeout(Duration.ofMillis(200))
                .attach(device);
    }

    @Test
    void aSourceFoundByItsClassGivesBytesThatDiffer() throws InterruptedException {
        try (EntropySource source = Drivers.installed().attach(device, EntropySource.class)) {
            byte[] first = source.bytes(10_000);
            byte[] second = source.bytes(10_000);
            assertFalse(Arrays.equals(first, second));
            boolean[] seen = new boolean[256];
            for (byte value : first) {
                seen[value & 0xff] = true;
            }
            for (int value = 0; value < 256; value++) {
                assertTrue(seen[value], "the value " + value + " among 10,000");
            }
            assertEquals(0, source.bytes(0).length);
        }
        assertEquals(0, simulation.mappings());
        assertEquals(0, simulation.dmaFaultCount());
        assertEquals(0, simulation.deviceFaults().size());
    }

    @Test
    void aDeviceThatGivesLittleAtATimeIsAskedAgain() throws InterruptedException {
        device.close();
        open("sim:virtio-rng?latency=0&most=7");
        try (VirtioEntropySource source = attach()) {
            byte[] bytes = source.bytes(100);
            // Every one of the last 16 being zero would say that nothing was stored there.
            assertFalse(Arrays.equals(new byte[16], Arrays.copyOfRange(bytes, 84, 100)));
        }
    }

    @Test
    void onlyTheTargetIsFilled() throws InterruptedException {
        byte[] bytes = new byte[64];
        try (VirtioEntropySource source = attach()) {
            source.fill(MemorySegment.ofArray(bytes).asSlice(16, 32));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> source.fill(MemorySegment.ofArray(new byte[8]).asReadOnly()));
        }
        assertArrayEquals(new byte[16], Arrays.copyOf(bytes, 16));
        assertArrayEquals(new byte[16], Arrays.copyOfRange(bytes, 48, 64));
        assertFalse(Arrays.equals(new byte[32], Arrays.copyOfRange(bytes, 16, 48)));
    }

    @Test
    void anAnswerUnderAStrangeNumberIsAFault() throws InterruptedException {
        try (VirtioEntropySource source = attach()) {
            faults.useImpossibleId();
            DeviceFaultException error = assertThrows(DeviceFaultException.class, () -> source.bytes(8));
            assertTrue(error.getMessage().contains("used the descriptor 1073741824"), error.getMessage());
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void anAnswerThatComesTwiceIsAFaultOnce() throws InterruptedException {
        try (VirtioEntropySource source = attach()) {
            faults.useTwice();
            // The second one may pass for the answer to the next request, whose own answer is one too many then.
            DeviceFaultException error = assertThrows(DeviceFaultException.class, () -> {
                for (int i = 0; i < 10; i++) {
                    source.bytes(8);
                }
            });
            assertTrue(error.getMessage().contains("used the descriptor 0"), error.getMessage());
            for (int i = 0; i < 10; i++) {
                source.bytes(8);
            }
        }
    }

    @Test
    void moreBytesThanThereIsRoomForAreAFault() throws InterruptedException {
        try (VirtioEntropySource source = attach()) {
            for (int length : new int[] {9, -1, Integer.MIN_VALUE, 0}) {
                faults.useLength(length);
                assertThrows(DeviceFaultException.class, () -> source.bytes(8), () -> "length " + length);
                source.bytes(8);
            }
        }
    }

    @Test
    void aDeviceThatDoesNotAnswerTimesOutAndIsBroughtBack() throws InterruptedException {
        try (VirtioEntropySource source = attach()) {
            faults.lose();
            assertThrows(DeviceTimeoutException.class, () -> source.bytes(8));
            assertThrows(DeviceTimeoutException.class, () -> source.bytes(8));
            source.bytes(8);
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void aLateAnswerIsTakenByTheNextCall() throws InterruptedException {
        device.close();
        open("sim:virtio-rng?latency=600000");
        try (VirtioEntropySource source = attach()) {
            assertThrows(DeviceTimeoutException.class, () -> source.bytes(8));
            byte[] bytes = new byte[20];
            for (int tries = 0; Arrays.equals(new byte[20], bytes); tries++) {
                assertTrue(tries < 50);
                try {
                    source.fill(MemorySegment.ofArray(bytes));
                } catch (DeviceTimeoutException e) {
                    continue;
                }
            }
        }
    }

    @Test
    void aDeviceThatNeedsAResetSaysSo() throws InterruptedException {
        try (VirtioEntropySource source = attach()) {
            source.bytes(8);
            faults.needReset();
            DeviceFaultException error = assertThrows(DeviceFaultException.class, () -> source.bytes(8));
            assertTrue(error.getMessage().contains("DEVICE_NEEDS_RESET"), error.getMessage());
        }
        try (VirtioEntropySource again = attach()) {
            assertEquals(8, again.bytes(8).length);
        }
    }

    @Test
    void aDeviceThatWasResetByOthersIsAttachedAnew() throws InterruptedException {
        try (VirtioEntropySource source = attach()) {
            device.reset();
            DeviceFaultException error = assertThrows(DeviceFaultException.class, () -> source.bytes(8));
            assertTrue(error.getMessage().contains("behind the driver's back"), error.getMessage());
        }
        try (VirtioEntropySource again = attach()) {
            assertEquals(8, again.bytes(8).length);
        }
    }

    @Test
    void aDeviceThatIsGoneIsLost() throws InterruptedException {
        try (VirtioEntropySource source = attach()) {
            simulation.override(RegionId.bar(4), (offset, width, honest) -> -1);
            assertThrows(DeviceLostException.class, () -> {
                faults.lose();
                source.bytes(8);
            });
        }
        device.close();
        open();
        try (VirtioEntropySource source = attach()) {
            source.bytes(8);
            simulation.remove();
            assertThrows(DeviceLostException.class, () -> source.bytes(8));
        }
    }

    @Test
    void aResetThatDoesNotEndKeepsTheMemory() {
        VirtioEntropySource source = attach();
        faults.neverFinishReset(true);
        DeviceTimeoutException error = assertThrows(DeviceTimeoutException.class, source::close);
        assertTrue(error.getMessage().contains("the device status is still"), error.getMessage());
        assertTrue(simulation.mappings() > 0, "memory that the device may use is not given back");
        source.close();
        assertThrows(IllegalStateException.class, () -> source.bytes(8));
        assertThrows(DeviceTimeoutException.class, this::attach);
    }

    @Test
    void closingWakesWhoWaits() throws Exception {
        device.close();
        open("sim:virtio-rng?latency=60000000");
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            VirtioEntropySource source = new VirtioEntropyDriverProvider().attach(device);
            Future<byte[]> waiting = executor.submit(() -> source.bytes(8));
            Thread.sleep(50);
            source.close();
            ExecutionException error = assertThrows(ExecutionException.class, waiting::get);
            assertInstanceOf(IllegalStateException.class, error.getCause());
        }
        assertEquals(0, simulation.mappings());
    }

    @Test
    void anInterruptedThreadWaitsNoLonger() throws Exception {
        device.close();
        open("sim:virtio-rng?latency=300000");
        try (VirtioEntropySource source = new VirtioEntropyDriverProvider().attach(device)) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> source.bytes(8));
            assertFalse(Thread.interrupted());
            assertEquals(8, source.bytes(8).length);
        }
    }

    @Test
    void whatGoesWrongWhileAttachingLeavesNothingBehind() {
        faults.withhold(1L << 32);
        assertNothingIsLeft("VIRTIO_F_VERSION_1");
        faults.withhold(1L << 33);
        assertNothingIsLeft("VIRTIO_F_ACCESS_PLATFORM");
        faults.withhold(0);
        faults.refuseFeatures();
        assertNothingIsLeft("it does not work with the features");
    }

    private void assertNothingIsLeft(String why) {
        DeviceAccessException error = assertThrows(DeviceAccessException.class, this::attach);
        assertTrue(error.getMessage().contains(why), error.getMessage());
        assertEquals(0, simulation.mappings());
    }
}
