// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.testing.FakeKernel;
import org.deviceaccess.linux.testing.FakeSysfs;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever call fails, it is reported as what it means, and nothing stays open or mapped. */
class FailingKernelTest {
    private static final DeviceAddress ADDRESS =
            DeviceAddress.parse("vfio-noiommu:" + FakeSysfs.DEVICE + "?unsafe=true");

    @TempDir
    Path directory;

    private FakeSysfs sysfs;
    private FakeKernel kernel = new FakeKernel();

    @BeforeEach
    void makeSysfs() throws IOException {
        sysfs = new FakeSysfs(directory);
        sysfs.withoutIommu();
    }

    private NoIommuProvider provider() {
        return new NoIommuProvider(new Machine(sysfs.bus(), Path.of("/dev"), ProcessStatus.self(), () -> kernel));
    }

    private Options options(Map<String, String> values) {
        return Options.of("vfio-noiommu", provider().options(), values);
    }

    private DeviceAccess open() {
        return provider().open(ADDRESS, options(ADDRESS.options()));
    }

    private Availability probe() {
        return provider().probe(ADDRESS, options(ADDRESS.options()));
    }

    /** A life of a device with everything in it. */
    private void live() throws InterruptedException {
        try (DeviceAccess device = open()) {
            device.region(RegionId.BAR0).write32(0, 1);
            try (Interrupts interrupts = device.interrupts().enable(InterruptKind.MSI, 3)) {
                interrupts.vector(1).await(Duration.ZERO);
            }
            device.dma().allocate(5000, DmaConstraints.NONE).close();
            device.dma().allocate(100, DmaConstraints.NONE);
            device.dma().allocate(3 << 20, DmaConstraints.NONE);
        }
    }

    private void assertNothingLeft(String when) {
        assertEquals(Map.of(), kernel.open, () -> when + ": open");
        assertEquals(Map.of(), kernel.mapped, () -> when + ": mapped");
    }

    @Test
    void aLifeLeavesNothing() throws InterruptedException {
        live();
        assertNothingLeft("all went well");
        assertEquals(PciHeader.COMMAND_MEMORY | PciHeader.COMMAND_IO, kernel.command(), "bus mastering is off");
        assertEquals(Map.of(), kernel.iommu, "nothing is mapped in an IOMMU");
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
    void openingWarnsOnceOfWhatIsAtStake() {
        Logger logger = (Logger) LoggerFactory.getLogger(NoIommuProvider.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
        logger.setLevel(Level.WARN);
        try {
            open().close();
            assertInstanceOf(Availability.Available.class, probe());
            assertEquals(1, log.list.size(), log.list.toString());
            assertEquals(Level.WARN, log.list.getFirst().getLevel());
            String message = log.list.getFirst().getFormattedMessage();
            assertTrue(message.startsWith(ADDRESS + " is open without an IOMMU"), message);
            assertTrue(message.contains("any memory"), message);
        } finally {
            logger.detachAppender(log);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }

    @Test
    void theDeviceSaysThatNothingProtects() {
        try (DeviceAccess device = open()) {
            assertEquals(TrustLevel.UNPROTECTED, device.trust());
            assertTrue(device.capabilities().contains(Capability.DMA));
            assertTrue(!device.capabilities().contains(Capability.DMA_MAP));
            assertEquals(AddressKind.PHYSICAL, device.dma().limits().addressKind());
            assertEquals(ADDRESS.toString(), device.address().toString());
            assertEquals(0, kernel.command() & PciHeader.COMMAND_MASTER);
            device.dma().allocate(1, DmaConstraints.NONE);
            assertEquals(PciHeader.COMMAND_MASTER, kernel.command() & PciHeader.COMMAND_MASTER);
            try (Arena arena = Arena.ofConfined()) {
                assertThrows(
                        UnsupportedCapabilityException.class,
                        () -> device.dma().map(arena.allocate(4096, 4096), DmaConstraints.NONE));
            }
        }
    }

    @Test
    void probingAsksAndLeavesNothing() {
        assertEquals(new Availability.Available(TrustLevel.UNPROTECTED), probe());
        assertNothingLeft("probed");
        int calls = kernel.calls();
        for (int call = 0; call < calls; call++) {
            kernel = new FakeKernel();
            kernel.fail(call);
            assertInstanceOf(Availability.Unavailable.class, probe(), kernel.failed());
            assertNothingLeft("call " + call + " of the probe failed");
        }
        var unsaid = provider().probe(DeviceAddress.parse("vfio-noiommu:" + FakeSysfs.DEVICE), options(Map.of()));
        assertEquals(
                ErrorCode.UNSAFE_NOT_ALLOWED,
                assertInstanceOf(Availability.Unavailable.class, unsaid).reason());
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
        var noType = refused(KernelFeatureMissingException.class, "ioctl 1", 2);
        assertTrue(String.valueOf(noType.remedy()).contains("enable_unsafe_noiommu_mode"), noType.getMessage());
        String group = "open " + FakeKernel.NO_IOMMU_GROUP;
        var denied = refused(PermissionDeniedException.class, group, -Errnos.EPERM);
        assertTrue(denied.detail().contains("CAP_SYS_RAWIO"), denied.getMessage());
        assertTrue(String.valueOf(denied.remedy()).contains("CAP_SYS_RAWIO"), denied.getMessage());
        var mode = refused(PermissionDeniedException.class, group, -Errnos.EACCES);
        assertTrue(!String.valueOf(mode.remedy()).contains("CAP_SYS_RAWIO"), mode.getMessage());
        refused(DeviceBusyException.class, group, -Errnos.EBUSY);
        refused(DeviceNotBoundException.class, group, -Errnos.ENOENT);
        refused(DeviceNotBoundException.class, "ioctl 6", -Errnos.ENODEV);
        // Interrupt remapping is an IOMMU's: here it is a matter of permission.
        refused(PermissionDeniedException.class, "ioctl 4", -Errnos.EPERM);
        refused(PermissionDeniedException.class, "ioctl 2", -Errnos.EPERM);
    }

    @Test
    void ordinaryPagesAreTakenOnlyWhereAskedFor() throws IOException {
        sysfs.hugepages(0);
        try (DeviceAccess device = open()) {
            assertThrows(HugepagesMissingException.class, () -> device.dma().allocate(1, DmaConstraints.NONE));
        }
        var values = Map.of("unsafe", "true", "small-pages", "true");
        try (DeviceAccess device = provider().open(ADDRESS, options(values))) {
            assertEquals(
                    1, device.dma().allocate(1, DmaConstraints.NONE).segments().size());
            assertThrows(HugepagesMissingException.class, () -> device.dma().allocate(4097, DmaConstraints.NONE));
        }
        assertNothingLeft("closed");
    }

    private Finding finding(String topic) {
        return provider().diagnose().stream()
                .filter(finding -> finding.topic().contains(topic))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theDiagnosisTriesAndLeavesNothing() throws IOException {
        assertEquals(Finding.Severity.OK, finding("no-IOMMU mode").severity());
        assertEquals(Finding.Severity.OK, finding("hugepages").severity());
        assertEquals(Finding.Severity.OK, finding("/dev/vfio/vfio").severity());
        assertNothingLeft("diagnosed");
        sysfs.noIommuMode("N");
        sysfs.hugepages(0);
        kernel.answers.put("open /proc/self/pagemap", -Errnos.EPERM);
        assertEquals(Finding.Severity.PROBLEM, finding("no-IOMMU mode").severity());
        assertEquals(Finding.Severity.WARNING, finding("hugepages").severity());
        assertTrue(String.valueOf(finding("hugepages").remedy()).contains("echo 64 > "));
        assertEquals(Finding.Severity.WARNING, finding("pagemap").severity());
        assertTrue(String.valueOf(finding("pagemap").remedy()).contains("CAP_SYS_ADMIN"));
        assertNothingLeft("diagnosed again");
    }

    @Test
    void discoveryListsTheDevice() {
        DeviceSummary summary = provider().discover().getFirst();
        assertEquals("vfio-noiommu:" + FakeSysfs.DEVICE, summary.address().toString());
        assertEquals("vfio-pci", summary.attributes().get(DeviceSummary.KERNEL_DRIVER));
    }
}
