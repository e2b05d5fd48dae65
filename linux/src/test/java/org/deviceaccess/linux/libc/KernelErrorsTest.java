// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelErrorsTest {
    private static final Failure OPEN = Failure.during("open the device").path("/dev/vfio/5");

    @Test
    void oneClassPerCondition() {
        assertInstanceOf(PermissionDeniedException.class, KernelErrors.of(-Errnos.EPERM, OPEN));
        assertInstanceOf(PermissionDeniedException.class, KernelErrors.of(-Errnos.EACCES, OPEN));
        assertInstanceOf(DeviceNotFoundException.class, KernelErrors.of(-Errnos.ENOENT, OPEN));
        assertInstanceOf(DeviceBusyException.class, KernelErrors.of(-Errnos.EBUSY, OPEN));
        assertInstanceOf(DeviceLostException.class, KernelErrors.of(-Errnos.ENODEV, OPEN));
        assertInstanceOf(DeviceLostException.class, KernelErrors.of(-Errnos.ENXIO, OPEN));
        assertInstanceOf(KernelCallException.class, KernelErrors.of(-Errnos.ENOMEM, OPEN));
        assertInstanceOf(KernelCallException.class, KernelErrors.of(-Errnos.EINVAL, OPEN));
    }

    @Test
    void keepsWhatTheCallerKnows() {
        DeviceAccessException e =
                KernelErrors.of(-Errnos.EBUSY, OPEN.because("group 5 is taken").remedy("Stop it"));
        assertEquals("open the device", e.operation());
        assertEquals("group 5 is taken", e.detail());
        assertEquals("/dev/vfio/5", e.path());
        assertEquals(Errnos.of(Errnos.EBUSY), e.errno());
        assertEquals("Stop it", e.remedy());
    }

    @Test
    void deniedNamesOwnerModeAndProcess(@TempDir Path directory) throws Exception {
        Path node = Files.createFile(directory.resolve("node"));
        Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rw-r-----"));
        DeviceAccessException e = KernelErrors.of(
                -Errnos.EACCES, Failure.during("open the device").path(node.toString()));
        assertTrue(e.detail().contains(Files.getOwner(node).getName() + ":"), e.detail());
        assertTrue(e.detail().contains("rw-r-----"), e.detail());
        assertTrue(
                e.detail().matches("(?s).*uid \\d+, gid \\d+, groups (none|[0-9 ]+).*capabilities 0x[0-9a-f]{16}.*"),
                e.detail());
        assertTrue(e.remedy().matches("Give the file to this user.*: (sudo )?chown \\d+ " + node), e.remedy());
        DeviceAccessException byCapability =
                KernelErrors.of(-Errnos.EPERM, Failure.during("open the device").path(node.toString()));
        assertTrue(byCapability.remedy().contains("capability"), byCapability.remedy());
    }

    @Test
    void deniedWithoutAFileStillNamesTheProcess() {
        DeviceAccessException e = KernelErrors.of(-Errnos.EPERM, Failure.during("lock memory"));
        assertTrue(e.detail().contains("uid "), e.detail());
    }

    @Test
    void aReadOnlyFileSystemIsExplained() {
        DeviceAccessException e = KernelErrors.of(-Errnos.EROFS, OPEN);
        assertInstanceOf(PermissionDeniedException.class, e);
        assertTrue(e.detail().contains("mounted read-only"), e.detail());
        assertTrue(e.remedy().contains("remount,rw"), e.remedy());
    }

    @Test
    void refusesWhatIsNoError() {
        assertThrows(IllegalArgumentException.class, () -> KernelErrors.of(0, OPEN));
        assertThrows(IllegalArgumentException.class, () -> KernelErrors.of(3, OPEN));
        assertThrows(IllegalArgumentException.class, () -> KernelErrors.of(-4096, OPEN));
    }

    @Test
    void namesNumbers() {
        assertEquals("EHWPOISON", Errnos.of(133).name());
        assertEquals("E41", Errnos.of(41).name());
        assertEquals("E524", Errnos.of(524).name());
        assertEquals("E0", Errnos.of(0).name());
    }
}
