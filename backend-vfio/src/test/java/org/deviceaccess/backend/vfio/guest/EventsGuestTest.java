// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.linux.testing.Edu;
import org.deviceaccess.linux.testing.Guest;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEventState;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@Tag("guest")
@Tag("vfio")
class EventsGuestTest {
    private static final String DEVICE = "0000:00:11.0";

    @Test
    void theOwnerIsToldThatTheDeviceIsWantedBack() throws IOException, InterruptedException {
        Process removing;
        try (DeviceAccess device = Devices.open(Addresses.NARROW)) {
            assertEquals(Set.of(DeviceEvent.RELEASE_REQUESTED), device.events().kinds());
            assertEquals(Optional.empty(), device.events().await(Duration.ZERO));
            removing = new ProcessBuilder("bash", "-c", "echo 1 > /sys/bus/pci/devices/" + DEVICE + "/remove").start();
            assertEquals(
                    Optional.of(DeviceEvent.RELEASE_REQUESTED), device.events().await(Duration.ofSeconds(60)));
            assertTrue(removing.isAlive(), "the kernel waits for the owner");
        }
        assertEquals(0, removing.waitFor());
        Guest.sh("echo 1 > /sys/bus/pci/rescan");
        Guest.bind(DEVICE, "vfio-pci");
        Devices.open(Addresses.NARROW).close();
    }

    @Test
    void byDefaultTheRequestIsAWarningAndTheOperatorWaits() throws Exception {
        try (Warnings warnings = new Warnings()) {
            Process unbinding;
            try (DeviceAccess device = Devices.open(Addresses.NARROW)) {
                unbinding = unbind();
                String said = warnings.next();
                assertTrue(said.startsWith(Addresses.NARROW + ": the system wants the device back"), said);
                assertTrue(
                        said.endsWith("close it, or end this process, "
                                + ProcessHandle.current().pid()),
                        said);
                assertFalse(unbinding.waitFor(500, TimeUnit.MILLISECONDS), "the kernel waits for the owner");
                assertEquals(Edu.ID, device.region(RegionId.BAR0).read32(0), "the device is still the owner's");
            }
            assertEquals(0, unbinding.waitFor());
        }
        Guest.bind(DEVICE, "vfio-pci");
    }

    @Test
    void anApplicationThatClosesLetsTheOperatorGoOn() throws Exception {
        DeviceAccess device = Devices.open(Addresses.NARROW);
        FutureTask<Void> application = new FutureTask<>(() -> {
            assertEquals(
                    Optional.of(DeviceEvent.RELEASE_REQUESTED), device.events().await(Duration.ofMinutes(2)));
            device.close();
            return null;
        });
        Thread.startVirtualThread(application);
        long start = System.nanoTime();
        Process unbinding = unbind();
        // The kernel asks at once, and each 10 s again (vfio_unregister_group_dev): what ends before was told at once.
        assertTrue(unbinding.waitFor(9, TimeUnit.SECONDS), "the operator was made to wait for the second request");
        System.out.println("unbind ended after "
                + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
        assertEquals(0, unbinding.exitValue());
        application.get();
        Guest.bind(DEVICE, "vfio-pci");
    }

    @Test
    void anApplicationThatSaysNoKeepsTheDevice() throws Exception {
        Process unbinding;
        try (Edu edu = Edu.open(Addresses.NARROW);
                Interrupts msi = edu.device().interrupts().enable(InterruptKind.MSI, 1)) {
            DeviceEvents events = edu.device().events();
            unbinding = unbind();
            Set<DeviceEvent> release = Set.of(DeviceEvent.RELEASE_REQUESTED);
            assertEquals(Optional.of(DeviceEvent.RELEASE_REQUESTED), events.await(release, Duration.ofMinutes(1)));
            assertEquals(Optional.of(DeviceEvent.RELEASE_REQUESTED), events.await(release, Duration.ZERO), "a state");
            for (int i = 0; i < 100; i++) {
                edu.bar().write32(Edu.LIVENESS, i);
                assertEquals(~i, edu.bar().read32(Edu.LIVENESS));
                msi.vector(0).trigger();
                assertEquals(1, msi.vector(0).await(Duration.ofSeconds(10)));
            }
            assertTrue(unbinding.isAlive(), "the operator waits");
        }
        assertEquals(0, unbinding.waitFor());
        Guest.bind(DEVICE, "vfio-pci");
    }

    @Test
    void theKernelSignalsWhatIsTriggered() throws InterruptedException {
        try (DeviceAccess device = Devices.open("vfio:0000:00:12.0")) {
            for (DeviceEvent event : DeviceEvent.values()) {
                device.events().trigger(event);
                assertEquals(Optional.of(event), device.events().await(Set.of(event), Duration.ofSeconds(30)));
            }
        }
    }

    private static Process unbind() throws IOException {
        return new ProcessBuilder(
                        "bash", "-c", "echo " + DEVICE + " > /sys/bus/pci/devices/" + DEVICE + "/driver/unbind")
                .inheritIO()
                .start();
    }

    /** The warnings of events, as they are logged. */
    private static final class Warnings extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger(DeviceEventState.class);
        private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

        Warnings() {
            start();
            logger.addAppender(this);
        }

        String next() throws InterruptedException {
            return String.valueOf(said.poll(1, TimeUnit.MINUTES));
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.WARN) {
                said.add(event.getFormattedMessage());
            }
        }

        @Override
        public void close() {
            logger.detachAppender(this);
        }
    }

    @Test
    void anExpressDeviceReportsErrorsToo() {
        try (DeviceAccess nvme = Devices.open("vfio:0000:00:12.0")) {
            assertEquals(
                    Set.of(DeviceEvent.RELEASE_REQUESTED, DeviceEvent.ERROR),
                    nvme.events().kinds());
        }
    }
}
