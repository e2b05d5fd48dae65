// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the interrupt is found to be, and how it is counted. */
class UioInterruptsTest {
    @TempDir
    Path directory;

    private final FakeKernel kernel = new FakeKernel();
    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private DeviceAccess open(String locator) {
        return sysfs.open(kernel, "uio:" + locator);
    }

    private boolean intxIsAllowed() {
        return (kernel.command() & PciHeader.COMMAND_INTX_DISABLE) == 0;
    }

    @Test
    void aDriverWithoutControlLeavesItToTheCommandRegister() {
        try (DeviceAccess device = open(FakeSysfs.PCI)) {
            assertEquals(
                    List.of(new InterruptInfo(InterruptKind.INTX, 1, true, true, false)),
                    device.interrupts().kinds());
            assertEquals(Set.of(Capability.CONFIG_SPACE, Capability.INTX), device.capabilities());
            assertFalse(intxIsAllowed(), "off until it is enabled");
            Interrupts interrupts = device.interrupts().enable(InterruptKind.INTX, 1);
            assertTrue(intxIsAllowed());
            interrupts.vector(0).mask();
            assertFalse(intxIsAllowed());
            interrupts.vector(0).unmask();
            assertTrue(intxIsAllowed());
            assertThrows(
                    UnsupportedCapabilityException.class,
                    () -> interrupts.vector(0).trigger());
        }
        assertFalse(intxIsAllowed(), "off after closing");
    }

    @Test
    void aDriverWithControlIsAskedWhateverTheDevice() {
        kernel.answers.remove("write /dev/uio3");
        try (DeviceAccess device = open("uio3")) {
            assertEquals(
                    List.of(new InterruptInfo(InterruptKind.UIO, 1, true, true, false)),
                    device.interrupts().kinds());
            assertEquals(Set.of(Capability.CONFIG_SPACE, Capability.UIO_INTERRUPT), device.capabilities());
            device.interrupts().enable(InterruptKind.UIO, 1).vector(0).unmask();
        }
        assertEquals(List.of(0, 1, 1, 0), kernel.written);
        assertTrue(intxIsAllowed(), "the command register is the driver's");
    }

    @Test
    void whatNothingSwitchesIsCountedAllTheSame() {
        kernel.answers.put("write /dev/uio12", -Errnos.ENOSYS);
        try (DeviceAccess device = open("uio12?unsafe=true")) {
            assertEquals(
                    List.of(new InterruptInfo(InterruptKind.UIO, 1, false, false, false)),
                    device.interrupts().kinds());
            assertEquals(Set.of(Capability.UIO_INTERRUPT, Capability.DMA), device.capabilities());
            InterruptVector vector =
                    device.interrupts().enable(InterruptKind.UIO, 1).vector(0);
            kernel.totals.add(9);
            assertEquals(2, vector.poll());
            assertThrows(UnsupportedCapabilityException.class, vector::unmask);
        }
    }

    @Test
    void aDeviceWithoutInterruptSaysSo() {
        kernel.answers.put("write /dev/uio3", -Errnos.EIO);
        try (DeviceAccess device = open(FakeSysfs.PCI)) {
            assertEquals(List.of(), device.interrupts().kinds());
            assertEquals(Set.of(Capability.CONFIG_SPACE), device.capabilities());
            for (InterruptKind kind : InterruptKind.values()) {
                InterruptKindAbsentException error = assertThrows(
                        InterruptKindAbsentException.class,
                        () -> device.interrupts().enable(kind, 1));
                assertTrue(error.detail().contains("no interrupt"), error.getMessage());
            }
        }
    }

    @Test
    void eventsFromBeforeAreNotReported() {
        try (DeviceAccess device = open("uio12?unsafe=true")) {
            // 7 by sysfs, and the file has not been asked since the total was 40.
            kernel.totals.add(40);
            InterruptVector vector =
                    device.interrupts().enable(InterruptKind.UIO, 1).vector(0);
            assertEquals(0, vector.poll());
            kernel.totals.add(41);
            assertEquals(1, vector.poll());
            kernel.totals.add(1041);
            assertEquals(1000, vector.poll(), "none is lost when they are not read one by one");
        }
    }

    @Test
    void theTotalWraps() throws IOException {
        FakeSysfs.file(sysfs.platformUio, "event", "4294967294");
        try (DeviceAccess device = open("uio12?unsafe=true")) {
            InterruptVector vector =
                    device.interrupts().enable(InterruptKind.UIO, 1).vector(0);
            kernel.totals.add(-1);
            assertEquals(1, vector.poll());
            kernel.totals.add(0);
            assertEquals(1, vector.poll());
            kernel.totals.add(5);
            assertEquals(5, vector.poll());
            kernel.totals.add(Integer.MIN_VALUE + 4); // 5 + Integer.MAX_VALUE
            assertEquals(Integer.MAX_VALUE, vector.poll());
        }
    }

    @Test
    void aTotalThatIsNoneIsNamed() throws IOException {
        FakeSysfs.file(sysfs.platformUio, "event", "4294967296");
        try (DeviceAccess device = open("uio12?unsafe=true")) {
            MalformedDeviceException error = assertThrows(
                    MalformedDeviceException.class, () -> device.interrupts().enable(InterruptKind.UIO, 1));
            assertTrue(error.getMessage().contains("4294967296")
                    && error.getMessage().contains("event"));
        }
    }

    @Test
    void oneInterruptOnce() {
        try (DeviceAccess device = open("uio12?unsafe=true")) {
            for (int vectors : new int[] {0, 2, -1, Integer.MAX_VALUE}) {
                assertThrows(
                        InterruptVectorsException.class,
                        () -> device.interrupts().enable(InterruptKind.UIO, vectors));
            }
            assertThrows(
                    InterruptKindAbsentException.class,
                    () -> device.interrupts().enable(InterruptKind.INTX, 1));
            Interrupts first = device.interrupts().enable(InterruptKind.UIO, 1);
            assertThrows(
                    InterruptsInUseException.class, () -> device.interrupts().enable(InterruptKind.UIO, 1));
            first.close();
            device.interrupts().enable(InterruptKind.UIO, 1);
        }
    }

    @Test
    void aDeviceThatIsGoneIsLost() {
        try (DeviceAccess device = open("uio12?unsafe=true")) {
            InterruptVector vector =
                    device.interrupts().enable(InterruptKind.UIO, 1).vector(0);
            kernel.answers.put("read /dev/uio12", -Errnos.EIO);
            assertThrows(DeviceLostException.class, vector::poll);
            kernel.answers.put("write /dev/uio12", -Errnos.EIO);
            assertThrows(DeviceLostException.class, vector::unmask);
            kernel.answers.clear();
        }
        assertEquals(Map.of(), kernel.open);
    }
}
