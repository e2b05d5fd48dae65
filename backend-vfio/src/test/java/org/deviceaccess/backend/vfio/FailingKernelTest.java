// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deviceaccess.linux.libc.Capability;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.testing.FakeKernel;
import org.deviceaccess.linux.testing.FakeSysfs;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.MemlockLimitException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever call fails, it is reported as what it means, and nothing stays open or mapped. */
class FailingKernelTest {
    private static final DeviceAddress ADDRESS = DeviceAddress.parse("vfio:" + FakeSysfs.DEVICE);
    private static final Options NONE = Options.of("vfio", List.of(), Map.of());

    @TempDir
    Path directory;

    private FakeSysfs sysfs;
    private FakeKernel kernel = new FakeKernel();

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
    }

    private VfioProvider provider() {
        return new VfioProvider(new Machine(sysfs.bus(), Path.of("/dev"), ProcessStatus.self(), () -> kernel));
    }

    private DeviceAccess open() {
        return provider().open(ADDRESS, NONE);
    }

    /** A life of a device with everything in it. */
    private void live() throws InterruptedException {
        try (Arena arena = Arena.ofShared();
                DeviceAccess device = open()) {
            device.region(RegionId.BAR0).write32(0, 1);
            device.region(RegionId.CONFIG).read32(0);
            try (Interrupts interrupts = device.interrupts().enable(InterruptKind.MSI, 3)) {
                interrupts.vector(2).trigger();
                interrupts.vector(2).poll();
                interrupts.vector(1).await(Duration.ZERO);
                interrupts.awaitAny(Duration.ZERO);
            }
            device.interrupts().enable(InterruptKind.INTX, 1).vector(0).unmask();
            device.events().await(Duration.ZERO);
            device.dma().allocate(5000, DmaConstraints.NONE).close();
            device.dma().allocate(100, DmaConstraints.NONE);
            device.dma().map(arena.allocate(4096, 4096), DmaConstraints.NONE);
        }
    }

    private void assertNothingLeft(String when) {
        assertEquals(Map.of(), kernel.open, () -> when + ": open");
        assertEquals(Map.of(), kernel.iommu, () -> when + ": mapped for the device");
        assertEquals(Map.of(), kernel.mapped, () -> when + ": mapped");
    }

    /** A probe has the group open for a moment, in which whoever opens the device must not be told that it is in use. */
    @Test
    void aProbeIsNotInTheWayOfAnOpening() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Integer> prober = new FutureTask<>(() -> {
            int probes = 0;
            for (; !over.get(); probes++) {
                provider().probe(ADDRESS, NONE);
            }
            return probes;
        });
        Thread.ofPlatform().start(prober);
        try {
            for (int i = 0; i < 100; i++) {
                open().close();
            }
        } finally {
            over.set(true);
        }
        assertTrue(prober.get() > 0);
        assertNothingLeft("probed and opened");
    }

    @Test
    void memoryOfOneThreadIsRefusedAsEverywhere() {
        try (Arena confined = Arena.ofConfined();
                DeviceAccess device = open()) {
            MemorySegment memory = confined.allocate(4096, 4096);
            assertThrows(DmaMemoryException.class, () -> device.dma().map(memory, DmaConstraints.NONE));
            assertEquals(Map.of(), kernel.iommu);
        }
    }

    @Test
    void aLifeLeavesNothing() throws InterruptedException {
        live();
        assertNothingLeft("all went well");
        assertEquals(PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO, kernel.command(), "bus mastering is off");
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
                // Only what would be lost anyway may fail unseen.
                assertTrue(
                        kernel.failed().matches("pwrite|pread|write|read|"),
                        "nobody was told that " + kernel.failed() + " failed");
            } catch (DeviceAccessException e) {
                assertTrue(e.getMessage().contains("EIO"), e.toString());
            }
            assertNothingLeft("call " + call + ", " + kernel.failed() + ", failed");
        }
    }

    @Test
    void probingAsksAndLeavesNothing() {
        assertTrue(provider().probe(ADDRESS, NONE) instanceof Availability.Available);
        assertNothingLeft("probed");
        int calls = kernel.calls();
        for (int call = 0; call < calls; call++) {
            kernel = new FakeKernel();
            kernel.fail(call);
            assertTrue(provider().probe(ADDRESS, NONE) instanceof Availability.Unavailable, kernel.failed());
            assertNothingLeft("call " + call + " of the probe failed");
        }
    }

    private <T extends DeviceAccessException> T refused(Class<T> type, String call, int answer) {
        kernel = new FakeKernel();
        kernel.answers.put(call, answer);
        T error = assertThrows(type, this::open, call);
        assertNothingLeft(call);
        return error;
    }

    @Test
    void everyRefusalOfOpeningHasItsClass() {
        refused(KernelFeatureMissingException.class, "open /dev/vfio/vfio", -Errnos.ENOENT);
        refused(KernelFeatureMissingException.class, "open /dev/vfio/vfio", -Errnos.ENODEV);
        refused(PermissionDeniedException.class, "open /dev/vfio/vfio", -Errnos.EACCES);
        refused(KernelFeatureMissingException.class, "ioctl 0", 1);
        refused(KernelFeatureMissingException.class, "ioctl 1", 2);
        refused(PermissionDeniedException.class, "open " + FakeKernel.GROUP, -Errnos.EACCES);
        refused(DeviceBusyException.class, "open " + FakeKernel.GROUP, -Errnos.EBUSY);
        refused(DeviceNotBoundException.class, "open " + FakeKernel.GROUP, -Errnos.ENOENT);
        refused(GroupNotViableException.class, "ioctl 3", 1);
        refused(DeviceNotBoundException.class, "ioctl 6", -Errnos.ENODEV);
        refused(DeviceBusyException.class, "ioctl 6", -Errnos.EBUSY);
        assertEquals(
                Errnos.EMFILE,
                refused(KernelCallException.class, "ioctl 6", -Errnos.EMFILE)
                        .errno()
                        .number());
    }

    @Test
    void everyRefusalOfMappingHasItsClassAndTakesNoAddress() {
        try (DeviceAccess device = open()) {
            assertMapRefused(device, DmaMappingLimitException.class, -Errnos.ENOSPC);
            assertMapRefused(device, DmaMemoryException.class, -Errnos.EFAULT);
            assertMapRefused(device, KernelCallException.class, -Errnos.EINVAL);
            // Whom the limit does not bind, such as root, is not told to raise it.
            if (Capability.CAP_IPC_LOCK.isIn(ProcessStatus.self().capabilities().orElse(0))) {
                assertMapRefused(device, DmaMemoryException.class, -Errnos.ENOMEM);
            } else {
                MemlockLimitException limit = assertMapRefused(device, MemlockLimitException.class, -Errnos.ENOMEM);
                assertTrue(limit.detail().contains("65536"), limit.getMessage());
                assertTrue(String.valueOf(limit.remedy()).contains("prlimit --pid $$ --memlock="), limit.getMessage());
            }
        }
        assertNothingLeft("mapping was refused");
    }

    private <T extends DeviceAccessException> T assertMapRefused(DeviceAccess device, Class<T> type, int answer) {
        kernel.answers.put("ioctl 13", answer);
        T error = assertThrows(type, () -> device.dma().allocate(1 << 20, DmaConstraints.NONE));
        kernel.answers.clear();
        try (DmaBuffer buffer = device.dma().allocate(1 << 20, DmaConstraints.NONE)) {
            assertEquals((1L << 39) - (1 << 20), buffer.deviceAddress(), "the highest address");
        }
        return error;
    }

    @Test
    void memoryThatIsNotLockedOutIsMissing() {
        kernel.answers.put("ioctl 13", -Errnos.ENOMEM);
        try (DeviceAccess device = open()) {
            assertThrows(DmaMemoryException.class, () -> device.dma().allocate(4096, DmaConstraints.NONE));
        }
    }

    @Test
    void addressesThatAreAllTakenAreNotAddressesThatDoNotSuit() {
        try (DeviceAccess device = open()) {
            DmaConstraints bits = DmaConstraints.addressBits(13);
            device.dma().allocate(4096, bits);
            assertThrows(
                    DmaAddressSpaceExhaustedException.class, () -> device.dma().allocate(1, bits));
        }
    }

    @Test
    void vectorsThatThePlatformLacksAreToldByNumber() {
        try (DeviceAccess device = open()) {
            kernel.answers.put("ioctl 10", 2);
            InterruptVectorsException fewer = assertThrows(
                    InterruptVectorsException.class, () -> device.interrupts().enable(InterruptKind.MSI, 4));
            assertTrue(fewer.detail().contains("2 of 4"), fewer.getMessage());
            kernel.answers.put("ioctl 10", -Errnos.ENOSPC);
            assertThrows(
                    InterruptVectorsException.class, () -> device.interrupts().enable(InterruptKind.MSI, 4));
            kernel.answers.put("ioctl 10", -Errnos.ENODEV);
            assertThrows(
                    InterruptKindAbsentException.class,
                    () -> device.interrupts().enable(InterruptKind.INTX, 1));
            kernel.answers.clear();
            device.interrupts().enable(InterruptKind.MSI, 4).close();
        }
        assertNothingLeft("interrupts were refused");
    }
}
