// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models that something outside of the device speaks to: signals, and being powered off. */
@Timeout(60)
class SignalTest {
    private static final long BRIEFLY = 30;
    private static final long LONG = 30_000;

    /** Answers signals, and tells how often. */
    private static final class Listener implements DeviceModel, DeviceModelProvider {
        private final Semaphore answers = new Semaphore(0);
        private final boolean refuses;
        private Runnable signal = () -> {};
        private int powerOffs;
        private Thread answering = Thread.currentThread();

        Listener(boolean refuses) {
            this.refuses = refuses;
        }

        @Override
        public String name() {
            return "listener";
        }

        @Override
        public String description() {
            return "listens";
        }

        @Override
        public List<OptionKey<?>> options() {
            return List.of();
        }

        @Override
        public DeviceModel create(Options options) {
            return this;
        }

        @Override
        public PciFunction function() {
            return PciFunction.of(new PciId(0xdeac, 2, 2, 3, 0xff0000, 4)).withMemory(0, 16, AccessWidth.BITS_32);
        }

        @Override
        public void powerOn(Bus bus) {
            signal = bus.onSignal(() -> {
                answering = Thread.currentThread();
                answers.release();
            });
            if (refuses) {
                throw new DeviceBusyException(Failure.during("power on").because("it is meant to fail"));
            }
        }

        @Override
        public void powerOff() {
            powerOffs++;
        }

        @Override
        public void reset() {}

        @Override
        public long read(int bar, long offset, AccessWidth width) {
            return 0;
        }

        @Override
        public void write(int bar, long offset, AccessWidth width, long value) {}

        private boolean answersWithin(long millis) throws InterruptedException {
            return answers.tryAcquire(millis, TimeUnit.MILLISECONDS);
        }
    }

    private final Listener model = new Listener(false);

    @Test
    void aSignalIsAnsweredByTheDevicesOwnThread() throws Exception {
        try (DeviceAccess device = Sim.open(model)) {
            assertFalse(model.answersWithin(BRIEFLY), "nobody called");
            for (int i = 0; i < 100; i++) {
                CompletableFuture.runAsync(model.signal).get();
                assertTrue(model.answersWithin(LONG));
            }
            assertEquals("device " + device.address(), model.answering.getName());
        }
    }

    @Test
    void aDeviceThatHangsAnswersOnceItIsReset() throws InterruptedException {
        try (DeviceAccess device = Sim.open(model)) {
            device.unwrap(Simulation.class).orElseThrow().hang();
            model.signal.run();
            model.signal.run();
            assertFalse(model.answersWithin(BRIEFLY));
            device.reset();
            assertTrue(model.answersWithin(LONG));
            assertFalse(model.answersWithin(BRIEFLY), "twice asked is once answered");
        }
    }

    @Test
    void poweringOffIsToldOnceAndSilencesTheDevice() throws InterruptedException {
        DeviceAccess device = Sim.open(model);
        device.close();
        device.close();
        assertEquals(1, model.powerOffs);
        model.signal.run();
        assertFalse(model.answersWithin(BRIEFLY));
    }

    @Test
    void pullingOutPowersOff() throws InterruptedException {
        try (DeviceAccess device = Sim.open(model)) {
            assertEquals(0, model.powerOffs);
            device.unwrap(Simulation.class).orElseThrow().remove();
            device.unwrap(Simulation.class).orElseThrow().remove();
            assertEquals(1, model.powerOffs);
            model.signal.run();
            assertFalse(model.answersWithin(BRIEFLY));
        }
        assertEquals(1, model.powerOffs);
    }

    @Test
    void aDeviceThatCannotBePoweredOnLeavesNoThread() {
        Listener busy = new Listener(true);
        assertThrows(DeviceBusyException.class, () -> Sim.open(busy));
        assertEquals(0, busy.powerOffs);
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("device sim:listener"))
                        .toList());
    }
}
