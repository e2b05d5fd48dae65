// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.testing.Refusal;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever keeps a device from being opened, the probe and the doctor's finding on it say it with the same cause and
 * remedy, and the cause is stated only where it is known.
 */
class ProbeSaysWhatOpenSaysTest {
    private static final DeviceAddress PCI = DeviceAddress.parse("uio:" + FakeSysfs.PCI);
    private static final DeviceAddress PLATFORM = DeviceAddress.parse("uio:uio12?unsafe=true");
    private static final List<Integer> ERRORS = List.of(
            Errnos.EPERM,
            Errnos.ENOENT,
            Errnos.EIO,
            Errnos.ENXIO,
            Errnos.EAGAIN,
            Errnos.ENOMEM,
            Errnos.EACCES,
            Errnos.EBUSY,
            Errnos.ENODEV,
            Errnos.EINVAL,
            Errnos.EMFILE,
            Errnos.EROFS);

    @FunctionalInterface
    private interface Change {
        void to(FakeSysfs sysfs) throws IOException;
    }

    private enum Seen {
        NO_DRIVER(sysfs -> {
            sysfs.unbind();
            sysfs.driver("");
        }),
        OTHER_DRIVER(sysfs -> {
            sysfs.unbind();
            sysfs.driver("e1000e");
        }),
        OTHER_USER(sysfs -> sysfs.user(4712, "java", Path.of("/dev/uio3"))),
        NO_DEVICE(
                sysfs -> Files.delete(sysfs.root.resolve("sys/bus/pci/devices").resolve(FakeSysfs.PCI))),
        MAP_THAT_MAKES_NO_SENSE(sysfs -> FakeSysfs.file(sysfs.pciUio.resolve("maps/map0"), "addr", "somewhere")),
        RESOURCE_THAT_MAKES_NO_SENSE(sysfs -> FakeSysfs.file(sysfs.function, "resource", "nothing")),
        CONFIGURATION_SPACE_THAT_MAKES_NO_SENSE(sysfs -> Files.write(sysfs.function.resolve("config"), new byte[7]));

        private final Change change;

        Seen(Change change) {
            this.change = change;
        }
    }

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

    private Options options(DeviceAddress address) {
        return Options.of("uio", provider().options(), address.options());
    }

    private DeviceAccess open(DeviceAddress address) {
        return provider().open(address, options(address));
    }

    private DeviceAccessException assertAlike(String what) {
        return assertAlike(PCI, what);
    }

    private DeviceAccessException assertAlike(DeviceAddress address, String what) {
        return Refusal.assertAlike(provider(), kernel, address, what);
    }

    private Finding found(String topic) {
        return provider().diagnose().stream()
                .filter(finding -> finding.topic().equals(topic))
                .findFirst()
                .orElseThrow();
    }

    private void assertTheDoctorAgrees(DeviceAccessException error) {
        Finding finding = found("/dev/uio3");
        assertFalse(finding.severity() == Severity.OK, finding::toString);
        assertTrue(finding.detail().startsWith(error.detail()), () -> finding + " and " + error);
        assertEquals(error.remedy(), finding.remedy());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"open uio3", "flock uio3", "open /dev/uio3", "open config", "pwrite config", "pread config"})
    void everyRefusalOfTheKernel(String call) {
        for (int errno : ERRORS) {
            kernel = new FakeKernel();
            kernel.answers.put(call, -errno);
            assertTheDoctorAgrees(assertAlike(call + " answers " + Errnos.of(errno)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalThatSysfsForetells(Seen seen) throws IOException {
        seen.change.to(sysfs);
        assertAlike(seen.toString());
    }

    @Test
    void thatNothingWasSaidOfTrust() {
        assertAlike(DeviceAddress.parse("uio:uio12"), "without unsafe=true");
    }

    private void lockdown(String text) throws IOException {
        Path security = Files.createDirectories(sysfs.root.resolve("sys/kernel/security"));
        FakeSysfs.file(security, "lockdown", text);
    }

    @Test
    void lockdownIsSeenByAllAndNobodyIsToldToBecomeRoot() throws IOException {
        lockdown("none [integrity] confidentiality");
        kernel.answers.put("pwrite config", -Errnos.EPERM);
        DeviceAccessException error = assertAlike("locked down");
        assertInstanceOf(PermissionDeniedException.class, error);
        assertTrue(error.detail().contains("locked down (integrity)"), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("vfio"), error.getMessage());
        assertFalse(String.valueOf(error.remedy()).contains("run as root"), error.getMessage());
        assertTheDoctorAgrees(error);
        assertEquals(Severity.PROBLEM, found("lockdown").severity());
        kernel.answers.clear();
        kernel.answers.put("write /dev/uio3", -Errnos.ENOSYS);
        kernel.answers.put("mmap resource1", -Errnos.EPERM);
        try (DeviceAccess device = open(PCI)) {
            error = assertThrows(PermissionDeniedException.class, () -> device.region(RegionId.BAR1));
            assertTrue(error.detail().contains("locked down"), error.getMessage());
        }
    }

    @Test
    void lockdownIsNotBlamedWhereItIsOffAndNotExcludedWhereItIsUnknown() throws IOException {
        kernel.answers.put("pwrite config", -Errnos.EPERM);
        DeviceAccessException unknown = assertAlike("no securityfs");
        assertTrue(unknown.detail().contains("cannot be told without securityfs; or"), unknown.getMessage());
        lockdown("[none] integrity confidentiality");
        DeviceAccessException other = assertAlike("not locked down");
        assertFalse(other.detail().contains("locked down"), other.getMessage());
    }

    @Test
    void aReadOnlySysfsIsExplained() {
        kernel.answers.put("open config", -Errnos.EROFS);
        DeviceAccessException error = assertAlike("read-only");
        assertInstanceOf(PermissionDeniedException.class, error);
        assertTrue(error.detail().contains("mounted read-only"), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("remount,rw"), error.getMessage());
        assertTheDoctorAgrees(error);
    }

    @ParameterizedTest
    @CsvSource({Errnos.ENODEV + "", Errnos.ENXIO + ""})
    void aFileWithNothingBehindItIsNotADriverThatLetGo(int errno) throws IOException {
        kernel.answers.put("open /dev/uio3", -errno);
        DeviceAccessException stale = assertAlike("the device is there");
        assertInstanceOf(DeviceNotFoundException.class, stale);
        assertTrue(stale.detail().contains("244 3"), stale.getMessage());
        LibC unbinding = mock(LibC.class, delegatesTo(kernel));
        doAnswer(call -> {
                    sysfs.unbind();
                    return -errno;
                })
                .when(unbinding)
                .open(eq("/dev/uio3"), anyInt());
        assertThrows(
                DeviceNotBoundException.class, () -> sysfs.provider(unbinding).open(PCI, options(PCI)));
    }

    /** drivers/uio/uio.c answers ENODEV to a map that does not start at a page. */
    @Test
    void aMapThatCannotBeMappedIsNotALostDevice() throws IOException {
        kernel.answers.put("mmap /dev/uio12", -Errnos.ENODEV);
        try (DeviceAccess device = open(PLATFORM)) {
            assertThrows(KernelCallException.class, () -> device.region(RegionId.uioMap(0)));
        }
        FakeSysfs.file(sysfs.platformUio.resolve("maps/map0"), "addr", "0xffff888001234010");
        try (DeviceAccess device = open(PLATFORM)) {
            MalformedDeviceException error =
                    assertThrows(MalformedDeviceException.class, () -> device.region(RegionId.uioMap(0)));
            assertTrue(error.detail().contains("map0 starts at 0xffff888001234010"), error.getMessage());
            assertEquals(Errnos.ENODEV, error.errno().number());
        }
        try (DeviceAccess device = open(PLATFORM)) {
            FakeSysfs.remove(sysfs.platformUio);
            assertThrows(DeviceLostException.class, () -> device.region(RegionId.uioMap(0)));
        }
    }

    @Test
    void aBarWithoutAddressIsNamedAndNeverMapped() throws IOException {
        String resource = Files.readString(sysfs.function.resolve("resource"));
        FakeSysfs.file(
                sysfs.function,
                "resource",
                resource.replace(
                        "0x00000000fe800800 0x00000000fe8008ff 0x0000000000040200",
                        "0x0000000000000000 0x00000000000000ff 0x0000000020040200"));
        try (DeviceAccess device = open(PCI)) {
            NoSuchRegionException error = assertThrows(NoSuchRegionException.class, () -> device.region(RegionId.BAR1));
            assertTrue(error.detail().contains("BAR1 (256 bytes)"), error.getMessage());
            assertEquals(List.of(), kernel.mappings);
        }
    }
}
