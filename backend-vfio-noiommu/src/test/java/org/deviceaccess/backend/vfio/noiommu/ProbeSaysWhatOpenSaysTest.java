// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.testing.FakeKernel;
import org.deviceaccess.linux.testing.FakeSysfs;
import org.deviceaccess.linux.testing.Refusal;
import org.deviceaccess.spi.DeviceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever keeps a device from being opened, the probe says it with the same code, cause and remedy. */
class ProbeSaysWhatOpenSaysTest {
    private static final String UNSAFE = "?unsafe=true";
    private static final List<Integer> ERRORS = List.of(
            Errnos.EPERM,
            Errnos.ENOENT,
            Errnos.EIO,
            Errnos.ENXIO,
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

    /** What is seen without asking the kernel for anything, and what it would answer to VFIO_GROUP_GET_DEVICE_FD. */
    private enum Seen {
        BEHIND_AN_IOMMU(sysfs -> Files.delete(sysfs.root.resolve("kernel/iommu_groups/7/name")), 0),
        BOUND_BEFORE_THE_MODE(sysfs -> Files.delete(sysfs.device.resolve("iommu_group")), 0),
        MODE_OFF(
                sysfs -> {
                    Files.delete(sysfs.device.resolve("iommu_group"));
                    sysfs.noIommuMode("N");
                },
                0),
        OTHER_DRIVER(sysfs -> sysfs.driver("e1000e"), 0),
        VIRTUAL_FUNCTION(sysfs -> sysfs.physicalFunction("vfio-pci"), Errnos.EACCES),
        UNPLACED_BAR(FakeSysfs::unplacedBar, Errnos.EINVAL);

        private final Change change;
        private final int answer;

        Seen(Change change, int answer) {
            this.change = change;
            this.answer = answer;
        }
    }

    @TempDir
    Path directory;

    private FakeKernel kernel = new FakeKernel();

    private FakeSysfs sysfs() throws IOException {
        FakeSysfs sysfs = new FakeSysfs(directory);
        sysfs.withoutIommu();
        return sysfs;
    }

    private void assertAlike(FakeSysfs sysfs, String options, String what) {
        var provider =
                new NoIommuProvider(new Machine(sysfs.bus(), Path.of("/dev"), ProcessStatus.self(), () -> kernel));
        Refusal.assertAlike(provider, kernel, DeviceAddress.parse("vfio-noiommu:" + FakeSysfs.DEVICE + options), what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open /dev/vfio/vfio",
                "ioctl 0", // VFIO_GET_API_VERSION
                "ioctl 1", // VFIO_CHECK_EXTENSION
                "open " + FakeKernel.NO_IOMMU_GROUP,
                "ioctl 3", // VFIO_GROUP_GET_STATUS
                "ioctl 4", // VFIO_GROUP_SET_CONTAINER
                "ioctl 2" // VFIO_SET_IOMMU
            })
    void everyRefusalOfTheKernel(String call) throws IOException {
        FakeSysfs sysfs = sysfs();
        for (int errno : ERRORS) {
            kernel = new FakeKernel();
            kernel.answers.put(call, -errno);
            assertAlike(sysfs, UNSAFE, call + " answers " + Errnos.of(errno));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalThatSysfsForetells(Seen seen) throws IOException {
        FakeSysfs sysfs = sysfs();
        seen.change.to(sysfs);
        if (seen.answer != 0) {
            kernel.answers.put("ioctl 6", -seen.answer);
        }
        assertAlike(sysfs, UNSAFE, seen.toString());
    }

    @Test
    void thatNothingWasSaidOfTrust() throws IOException {
        assertAlike(sysfs(), "", "without unsafe=true");
    }
}
