// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever keeps a device from being opened, the probe says it with the same code, cause and remedy; it is what list,
 * info and doctor show. What of it is about the machine, the doctor's findings say, too.
 */
class ProbeSaysWhatOpenSaysTest {
    private static final DeviceAddress ADDRESS = DeviceAddress.parse("vfio:" + FakeSysfs.DEVICE);
    private static final String CONTAINER = "open /dev/vfio/vfio";
    // VFIO_GET_API_VERSION, VFIO_CHECK_EXTENSION, VFIO_GROUP_GET_STATUS, VFIO_GROUP_SET_CONTAINER, VFIO_SET_IOMMU
    private static final List<String> CALLS =
            List.of(CONTAINER, "ioctl 0", "ioctl 1", "open " + FakeKernel.GROUP, "ioctl 3", "ioctl 4", "ioctl 2");
    private static final List<Integer> ERRORS = List.of(
            Errnos.EPERM,
            Errnos.ENOENT,
            Errnos.EIO,
            Errnos.ENXIO,
            Errnos.EAGAIN,
            Errnos.ENOMEM,
            Errnos.EACCES,
            Errnos.EFAULT,
            Errnos.EBUSY,
            Errnos.ENODEV,
            Errnos.EINVAL,
            Errnos.ENFILE,
            Errnos.EMFILE,
            Errnos.ENOTTY,
            Errnos.EROFS);

    @FunctionalInterface
    private interface Change {
        void to(FakeSysfs sysfs) throws IOException;
    }

    /** What of sysfs decides which cause is stated. */
    private enum World {
        USUAL(sysfs -> {}),
        FIRMWARE_RANGE(sysfs -> {
            sysfs.firmwareRange(true);
            sysfs.interruptRemapping(true);
        }),
        NO_REMAPPING(sysfs -> {
            sysfs.firmwareRange(false);
            sysfs.interruptRemapping(false);
        }),
        BOTH(sysfs -> {
            sysfs.firmwareRange(true);
            sysfs.interruptRemapping(false);
        }),
        CONTAINER_OF_A_HOST(sysfs -> {
            sysfs.file(sysfs.directory("class/misc/vfio"), "dev", "10:196");
            sysfs.file(sysfs.directory("class/vfio/7"), "dev", "245:0");
        }),
        NO_GROUPS(sysfs -> sysfs.directory("class/vfio-dev/vfio0"));

        private final Change change;

        World(Change change) {
            this.change = change;
        }
    }

    /** What is seen without asking the kernel for anything, and what it would answer to VFIO_GROUP_GET_DEVICE_FD. */
    private enum Seen {
        NO_DRIVER(sysfs -> Files.delete(sysfs.device.resolve("driver")), 0),
        OTHER_DRIVER(sysfs -> sysfs.driver("e1000e"), 0),
        NO_VFIO_PCI(
                sysfs -> {
                    Files.delete(sysfs.device.resolve("driver"));
                    Files.delete(sysfs.root.resolve("bus/pci/drivers/vfio-pci"));
                },
                0),
        NO_GROUP(sysfs -> Files.delete(sysfs.device.resolve("iommu_group")), 0),
        NO_IOMMU(
                sysfs -> {
                    Files.delete(sysfs.device.resolve("iommu_group"));
                    Files.delete(sysfs.root.resolve("class/iommu/dmar0"));
                },
                0),
        NO_IOMMU_MODE(sysfs -> sysfs.file(sysfs.root.resolve("kernel/iommu_groups/7"), "name", "vfio-noiommu"), 0),
        NO_DEVICE(sysfs -> Files.delete(sysfs.root.resolve("bus/pci/devices").resolve(FakeSysfs.DEVICE)), 0),
        GROUP_THAT_MAKES_NO_SENSE(
                sysfs -> {
                    Files.delete(sysfs.device.resolve("iommu_group"));
                    Files.createSymbolicLink(sysfs.device.resolve("iommu_group"), Path.of("seven"));
                },
                0),
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

    private VfioProvider provider(FakeSysfs sysfs) {
        return new VfioProvider(new Machine(sysfs.bus(), Path.of("/dev"), ProcessStatus.self(), () -> kernel));
    }

    private DeviceAccessException assertAlike(VfioProvider provider, String what) {
        return Refusal.assertAlike(provider, kernel, ADDRESS, what);
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalOfTheKernel(World world) throws IOException {
        FakeSysfs sysfs = new FakeSysfs(directory);
        world.change.to(sysfs);
        VfioProvider provider = provider(sysfs);
        for (String call : CALLS) {
            for (int errno : ERRORS) {
                kernel = new FakeKernel();
                kernel.answers.put(call, -errno);
                DeviceAccessException error = assertAlike(provider, call + " answers " + Errnos.of(errno));
                if (call.equals(CONTAINER)) {
                    Finding finding = provider.diagnose().stream()
                            .filter(each -> each.topic().equals("/dev/vfio/vfio"))
                            .findFirst()
                            .orElseThrow();
                    assertEquals(Severity.PROBLEM, finding.severity(), finding::toString);
                    assertTrue(finding.detail().startsWith(error.detail()), () -> finding + " and " + error);
                    assertEquals(error.remedy(), finding.remedy());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalThatSysfsForetells(Seen seen) throws IOException {
        FakeSysfs sysfs = new FakeSysfs(directory);
        seen.change.to(sysfs);
        if (seen.answer != 0) {
            kernel.answers.put("ioctl 6", -seen.answer);
        }
        assertAlike(provider(sysfs), seen.toString());
    }
}
