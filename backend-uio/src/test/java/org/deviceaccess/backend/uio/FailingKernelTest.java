// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever call fails, it is reported as what it means, and nothing stays open or mapped. */
class FailingKernelTest {
    private static final DeviceAddress PCI = DeviceAddress.parse("uio:" + FakeSysfs.PCI);
    private static final String PLATFORM = "uio:uio12?unsafe=true";
    private static final Options NONE = Options.of("uio", List.of(), Map.of());

    @TempDir
    Path directory;

    private FakeSysfs sysfs;
    private FakeKernel kernel = new FakeKernel();

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private UioProvider provider() {
        return sysfs.provider(kernel);
    }

    /** Lives of two devices with everything in them. */
    private void live() throws InterruptedException {
        try (DeviceAccess device = provider().open(PCI, NONE)) {
            device.region(RegionId.BAR0).info();
            device.region(RegionId.BAR1).info();
            device.region(RegionId.BAR2).write16(2, 1);
            Region config = device.region(RegionId.CONFIG);
            int command = config.read16(PciHeader.COMMAND);
            config.write16(PciHeader.COMMAND, command & ~PciHeader.COMMAND_MEMORY);
            config.write16(PciHeader.COMMAND, command);
            try (Interrupts interrupts = device.interrupts().enable(InterruptKind.INTX, 1)) {
                wait(interrupts);
            }
            device.interrupts().enable(InterruptKind.INTX, 1);
        }
        try (DeviceAccess device = sysfs.open(kernel, PLATFORM)) {
            device.region(RegionId.uioMap(0)).info();
            device.region(RegionId.uioPort(0)).read8(0);
            wait(device.interrupts().enable(InterruptKind.UIO, 1));
        }
    }

    private static void wait(Interrupts interrupts) throws InterruptedException {
        interrupts.vector(0).await(Duration.ZERO);
        interrupts.vector(0).poll();
        interrupts.awaitAny(Duration.ZERO);
        interrupts.vector(0).mask();
        interrupts.vector(0).unmask();
    }

    private void assertNothingLeft(String when) {
        assertEquals(Map.of(), kernel.open, () -> when + ": open");
        assertEquals(Map.of(), kernel.mapped, () -> when + ": mapped");
    }

    @Test
    void aLifeLeavesNothing() throws InterruptedException {
        live();
        assertNothingLeft("all went well");
        assertEquals(
                PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO | PciHeader.COMMAND_INTX_DISABLE,
                kernel.command(),
                "bus mastering and INTx are off");
        assertEquals(List.of(0, 1, 0, 1, 0), kernel.written, "interrupt control of the other device, off at the end");
    }

    @Test
    void anyCallCanFail() throws InterruptedException {
        live();
        int calls = kernel.calls();
        assertTrue(calls > 80, "calls: " + calls);
        for (int call = 0; call < calls; call++) {
            kernel = new FakeKernel();
            kernel.fail(call);
            try {
                live();
                // Only what would be lost anyway may fail unseen: looking whether all of configuration space is shown.
                assertTrue(
                        kernel.failed().matches("pread config|"),
                        "nobody was told that " + kernel.failed() + " failed");
            } catch (DeviceAccessException e) {
                assertTrue(e.getMessage().contains("EINVAL"), e.toString());
            }
            assertNothingLeft("call " + call + ", " + kernel.failed() + ", failed");
        }
    }

    @Test
    void probingAsksAndLeavesNothing() {
        Availability.Available available =
                assertInstanceOf(Availability.Available.class, provider().probe(PCI, NONE));
        assertEquals("NO_DMA", available.trust().toString());
        assertNothingLeft("probed");
        assertEquals(2, kernel.command(), "the device as it was");
        int calls = kernel.calls();
        for (int call = 0; call < calls; call++) {
            kernel = new FakeKernel();
            kernel.fail(call);
            Availability verdict = provider().probe(PCI, NONE);
            assertTrue(
                    verdict instanceof Availability.Unavailable
                            || kernel.failed().equals("pread config"),
                    kernel.failed());
            assertNothingLeft("call " + call + " of the probe failed");
        }
    }

    private <T extends DeviceAccessException> T refused(Class<T> type, String call, int answer) {
        kernel = new FakeKernel();
        kernel.answers.put(call, answer);
        T error = assertThrows(type, () -> provider().open(PCI, NONE).close(), call);
        assertNothingLeft(call);
        assertEquals(answer, -error.errno().number());
        return error;
    }

    @Test
    void everyRefusalOfOpeningHasItsClass() {
        refused(DeviceBusyException.class, "flock uio3", -Errnos.EAGAIN);
        refused(KernelCallException.class, "flock uio3", -Errnos.EINVAL);
        refused(DeviceNotFoundException.class, "open uio3", -Errnos.ENOENT);
        PermissionDeniedException denied = refused(PermissionDeniedException.class, "open /dev/uio3", -Errnos.EACCES);
        assertEquals("/dev/uio3", denied.path());
        DeviceNotFoundException noNode = refused(DeviceNotFoundException.class, "open /dev/uio3", -Errnos.ENOENT);
        assertTrue(String.valueOf(noNode.remedy()).contains("mknod /dev/uio3 c 244 3"), noNode.getMessage());
        refused(DeviceNotFoundException.class, "open /dev/uio3", -Errnos.ENODEV);
        refused(KernelCallException.class, "open /dev/uio3", -Errnos.EMFILE);
        PermissionDeniedException config = refused(PermissionDeniedException.class, "open config", -Errnos.EACCES);
        assertTrue(String.valueOf(config.path()).endsWith(FakeSysfs.PCI + "/config"), config.getMessage());
        refused(DeviceLostException.class, "pread config", -Errnos.EIO);
    }

    @Test
    void whoeverHasItOpenIsNamedBeforeTheFileIsTouched() throws IOException {
        sysfs.user(4711, "testpmd", Path.of("/dev/uio3"));
        DeviceBusyException busy =
                assertThrows(DeviceBusyException.class, () -> provider().open(PCI, NONE));
        assertTrue(busy.detail().contains("process 4711 (testpmd)"), busy.getMessage());
        assertTrue(kernel.open.isEmpty() && kernel.failed().isEmpty());
        assertEquals(6, kernel.calls(), "opening, locking and closing two directories, and nothing else");
        assertInstanceOf(Availability.Unavailable.class, provider().probe(PCI, NONE));
        sysfs.open(kernel, PLATFORM).close();
        assertNothingLeft("it was busy");
    }

    @Test
    void whoeverHoldsTheLockIsNamed() throws IOException {
        kernel.answers.put("flock uio3", -Errnos.EAGAIN);
        sysfs.user(4712, "java", sysfs.pciUio.toRealPath());
        DeviceBusyException busy =
                assertThrows(DeviceBusyException.class, () -> provider().open(PCI, NONE));
        assertTrue(busy.detail().contains("process 4712 (java)"), busy.getMessage());
        assertEquals("/dev/uio3", busy.path());
        FakeSysfs.remove(sysfs.root.resolve("proc"));
        busy = assertThrows(DeviceBusyException.class, () -> provider().open(PCI, NONE));
        assertTrue(busy.detail().contains("another process"), busy.getMessage());
        assertNothingLeft("it was locked");
    }

    /** A probe has the device open for a moment, in which whoever opens it must not be told that it is in use. */
    @Test
    void aProbeIsNotInTheWayOfAnOpening() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Integer> prober = new FutureTask<>(() -> {
            int probes = 0;
            for (; !over.get(); probes++) {
                provider().probe(PCI, NONE);
            }
            return probes;
        });
        Thread.ofPlatform().start(prober);
        try {
            for (int i = 0; i < 100; i++) {
                provider().open(PCI, NONE).close();
            }
        } finally {
            over.set(true);
        }
        assertTrue(prober.get() > 0);
        assertNothingLeft("probed and opened");
    }

    @Test
    void aBarThatCannotBeMappedAgainIsLostAndNothingElse() {
        try (DeviceAccess device = provider().open(PCI, NONE)) {
            device.region(RegionId.BAR0).info();
            Region config = device.region(RegionId.CONFIG);
            config.write8(PciHeader.COMMAND, 0);
            assertTrue(kernel.mapped.containsValue("memfd"), kernel.mapped::toString);
            kernel.answers.put("mmap /dev/uio3", -Errnos.ENODEV);
            assertThrows(DeviceLostException.class, () -> config.write8(PciHeader.COMMAND, PciHeader.COMMAND_MEMORY));
            assertEquals(List.of("memfd"), List.copyOf(kernel.mapped.values()), "there is no hole in its place");
            kernel.answers.remove("mmap /dev/uio3");
            config.write8(PciHeader.COMMAND, PciHeader.COMMAND_MEMORY);
            assertEquals(List.of("/dev/uio3"), List.copyOf(kernel.mapped.values()));
        }
        assertNothingLeft("a BAR came and went");
    }

    @Test
    void aRegionThatIsRefusedCanBeAskedForAgain() {
        try (DeviceAccess device = provider().open(PCI, NONE)) {
            kernel.answers.put("mmap resource1", -Errnos.EPERM);
            int open = kernel.open.size();
            assertThrows(PermissionDeniedException.class, () -> device.region(RegionId.BAR1));
            assertEquals(open, kernel.open.size(), () -> "open: " + kernel.open);
            kernel.answers.clear();
            device.region(RegionId.BAR1).info();
        }
        assertNothingLeft("a region was refused");
    }
}
