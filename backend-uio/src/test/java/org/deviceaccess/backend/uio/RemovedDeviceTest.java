// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The kernel lets go of a UIO device without asking, and leaves its BARs mapped. */
class RemovedDeviceTest {
    @TempDir
    Path directory;

    private final FakeKernel kernel = new FakeKernel();
    private FakeSysfs sysfs;

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private void remove() {
        kernel.answers.put("pread config", -Errnos.ENODEV);
        kernel.answers.put("pwrite config", -Errnos.ENODEV);
        kernel.answers.put("read /dev/uio3", -Errnos.EIO);
        kernel.answers.put("write /dev/uio3", -Errnos.EIO);
        kernel.answers.put("mmap resource1", -Errnos.ENODEV);
    }

    private void assertNothingLeft() {
        assertEquals(Map.of(), kernel.open);
        assertEquals(Map.of(), kernel.mapped);
    }

    @Test
    void closingIsNoErrorWhicheverWayTheInterruptIsSwitched() {
        for (int noControl : new int[] {-Errnos.ENOSYS, 0}) {
            kernel.answers.clear();
            kernel.answers.put("write /dev/uio3", noControl);
            DeviceAccess device = sysfs.open(kernel, "uio:" + FakeSysfs.PCI);
            InterruptKind kind = device.interrupts().kinds().getFirst().kind();
            device.region(RegionId.BAR0).info();
            Interrupts interrupts = device.interrupts().enable(kind, 1);
            remove();
            interrupts.close();
            device.close();
            assertNothingLeft();
        }
    }

    @Test
    void closingClosesTheInterruptsOfADeviceThatIsGone() {
        DeviceAccess device = sysfs.open(kernel, "uio:" + FakeSysfs.PCI);
        Interrupts interrupts = device.interrupts().enable(InterruptKind.INTX, 1);
        remove();
        device.close();
        device.close();
        assertThrows(IllegalStateException.class, () -> interrupts.vector(0).poll());
        assertNothingLeft();
    }

    /** Whoever notices first, all who read the BAR afterwards are told. */
    @Test
    void onceTheLossIsNoticedEveryBarIsLost() throws InterruptedException {
        for (int way = 0; way < 7; way++) {
            kernel.answers.clear();
            kernel.answers.put("write /dev/uio3", -Errnos.ENOSYS);
            try (DeviceAccess device = sysfs.open(kernel, "uio:" + FakeSysfs.PCI)) {
                device.region(RegionId.BAR0).info();
                device.region(RegionId.BAR1).info();
                Region config = device.region(RegionId.CONFIG);
                Interrupts interrupts = device.interrupts().enable(InterruptKind.INTX, 1);
                remove();
                List<Executable> ways = List.of(
                        () -> interrupts.vector(0).poll(),
                        () -> interrupts.vector(0).await(Duration.ZERO),
                        () -> interrupts.vector(0).mask(),
                        () -> interrupts.vector(0).unmask(),
                        () -> config.read32(0),
                        () -> config.write8(0x0c, 1),
                        () -> config.write16(4, 2));
                assertThrows(DeviceLostException.class, ways.get(way), "way " + way);
                assertEquals(List.of("memfd", "memfd"), List.copyOf(kernel.mapped.values()), "noticed by way " + way);
                assertThrows(DeviceLostException.class, () -> config.read32(0));
            }
            assertNothingLeft();
        }
    }

    @Test
    void aMapOfADeviceThatIsNotPciIsLostToo() {
        try (DeviceAccess device = sysfs.open(kernel, "uio:uio12?unsafe=true")) {
            device.region(RegionId.uioMap(0)).info();
            Interrupts interrupts = device.interrupts().enable(InterruptKind.UIO, 1);
            kernel.answers.put("read /dev/uio12", -Errnos.EIO);
            kernel.answers.put("write /dev/uio12", -Errnos.EIO);
            assertThrows(DeviceLostException.class, () -> interrupts.vector(0).poll());
            assertEquals(List.of("memfd"), List.copyOf(kernel.mapped.values()));
            device.region(RegionId.uioMap(1)).info();
            assertEquals(List.of("memfd", "memfd"), List.copyOf(kernel.mapped.values()), "mapped afterwards");
            assertTrue(device.isOpen());
        }
        assertNothingLeft();
    }
}
