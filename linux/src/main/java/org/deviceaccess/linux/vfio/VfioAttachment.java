// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.pci.GroupMember;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.InterruptRemappingMissingException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;

/**
 * A device's file, opened by way of its IOMMU group and a container of its own.
 *
 * <p>Opening makes the steps that linux/vfio.h prescribes and explains each refusal; what was opened before a refusal
 * is closed again. Closing closes the device, the group and the container, in this order, which gives the device back.
 */
public final class VfioAttachment implements AutoCloseable {
    private final VfioContainer container;
    private final VfioGroup group;
    private final Fd device;

    private VfioAttachment(VfioContainer container, VfioGroup group, Fd device) {
        this.container = container;
        this.group = group;
        this.device = device;
    }

    /**
     * What to open, and what to say of it.
     *
     * @param device the device's name on its bus: {@code 0000:00:10.0}
     * @param groupPath the group's file: {@code /dev/vfio/5}
     * @param type what the container is to use
     * @param members the group's members, asked for only when it is not viable
     */
    public record Target(String device, String groupPath, IommuType type, Supplier<List<GroupMember>> members) {}

    /**
     * Opens a device.
     *
     * @param libc the C library
     * @param target the device
     * @return the open device
     * @throws KernelFeatureMissingException if VFIO or its driver for the type is not there
     * @throws org.deviceaccess.spi.error.PermissionDeniedException if a file may not be opened
     * @throws DeviceNotBoundException if the group or the device in it is not there
     * @throws DeviceBusyException if the group is in use
     * @throws GroupNotViableException if the kernel uses a member of the group
     * @throws InterruptRemappingMissingException if the kernel thinks that the platform cannot isolate interrupts
     */
    public static VfioAttachment open(LibC libc, Target target) {
        return attach(
                libc,
                target,
                (container, group) -> new VfioAttachment(container, group, openDevice(libc, group, target)));
    }

    /**
     * Tries all that {@link #open} does but the last step, which would enable the device, and undoes it.
     *
     * @param libc the C library
     * @param target the device
     * @throws org.deviceaccess.spi.error.DeviceAccessException as {@link #open} does
     */
    public static void check(LibC libc, Target target) {
        attach(libc, target, (container, group) -> {
            CloseSteps steps = new CloseSteps();
            steps.run(group::close);
            steps.run(container::close);
            steps.finish();
            return target;
        });
    }

    /** Opens a group in a container and hands both over; closes them if that fails. */
    private static <T> T attach(LibC libc, Target target, BiFunction<VfioContainer, VfioGroup, T> then) {
        VfioContainer container = new VfioContainer(libc, openContainer(libc));
        try {
            checkVersion(container);
            checkType(container, target.type());
            VfioGroup group = new VfioGroup(libc, openGroup(libc, target));
            try {
                checkStatus(group.status(), target);
                joinContainer(group, container, target);
                setType(container, target);
                return then.apply(container, group);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, group::close);
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, container::close);
        }
    }

    private static Fd openContainer(LibC libc) {
        String path = VfioContainer.PATH;
        int result = libc.open(path, Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        if (result == -Errnos.ENOENT || result == -Errnos.ENODEV || result == -Errnos.ENXIO) {
            throw new KernelFeatureMissingException(Failure.during("open the VFIO container")
                    .because("the kernel module vfio is not loaded, or the kernel was built without VFIO")
                    .path(path)
                    .errno(Errnos.of(-result))
                    .remedy("modprobe vfio-pci"));
        }
        if (result < 0) {
            throw KernelErrors.of(
                    result, Failure.during("open the VFIO container").path(path));
        }
        return new Fd(libc, result, path);
    }

    private static void checkVersion(VfioContainer container) {
        int version = container.apiVersion();
        if (version != Vfio.VFIO_API_VERSION) {
            Failure failure = Failure.during("check the version of VFIO (VFIO_GET_API_VERSION)")
                    .path(VfioContainer.PATH);
            if (version < 0) {
                throw KernelErrors.of(version, failure);
            }
            throw new KernelFeatureMissingException(
                    failure.because("the kernel speaks version " + version + ", and 0 is needed"));
        }
    }

    private static void checkType(VfioContainer container, IommuType type) {
        int result = container.checkExtension(type);
        if (result == 1) {
            return;
        }
        Failure failure = Failure.during("check what VFIO supports (VFIO_CHECK_EXTENSION)")
                .path(VfioContainer.PATH);
        if (result < 0) {
            throw KernelErrors.of(result, failure);
        }
        throw new KernelFeatureMissingException(
                switch (type) {
                    case TYPE1V2 ->
                        failure.because("the kernel module vfio_iommu_type1 is not loaded, or the kernel was built"
                                        + " without it (CONFIG_VFIO_IOMMU_TYPE1)")
                                .remedy("modprobe vfio_iommu_type1");
                    case NOIOMMU ->
                        failure.because("the kernel does not allow devices without an IOMMU, or was built without"
                                        + " this (CONFIG_VFIO_NOIOMMU)")
                                .remedy("As root: echo Y > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
                });
    }

    private static Fd openGroup(LibC libc, Target target) {
        String operation = "open the IOMMU group of " + target.device();
        int result = libc.open(target.groupPath(), Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        Failure failure = Failure.during(operation).path(target.groupPath());
        if (result == -Errnos.ENOENT || result == -Errnos.ENODEV || result == -Errnos.ENXIO) {
            throw new DeviceNotBoundException(failure.because("the group has no file, so no member of it is bound to"
                            + " vfio-pci, or this process sees a /dev without it (a container)")
                    .errno(Errnos.of(-result))
                    .remedy("Bind the device to vfio-pci; in a container, pass " + target.groupPath() + " to it"));
        }
        if (result == -Errnos.EBUSY) {
            throw busy(target, failure.errno(Errnos.of(-result)));
        }
        if (result == -Errnos.EPERM && target.type() == IommuType.NOIOMMU) {
            // Who may open the file is another matter: then it is EACCES.
            failure = failure.because("without an IOMMU the kernel asks for the capability CAP_SYS_RAWIO")
                    .remedy("Run as root, or give the process the capability (a systemd service:"
                            + " AmbientCapabilities=CAP_SYS_RAWIO)");
        }
        if (result < 0) {
            throw KernelErrors.of(result, failure);
        }
        return new Fd(libc, result, target.groupPath());
    }

    private static DeviceBusyException busy(Target target, Failure failure) {
        return new DeviceBusyException(failure.because(
                        "this or another process has the device open, or another member of its IOMMU group; a group"
                                + " can be open once at a time")
                .remedy("Close it there, in the process that this names: fuser -v " + target.groupPath()));
    }

    private static void checkStatus(VfioGroup.Status status, Target target) {
        Failure failure =
                Failure.during("use the IOMMU group of " + target.device()).path(target.groupPath());
        if (!status.viable()) {
            throw notViable(target, failure);
        }
        if (status.inContainer()) {
            throw busy(target, failure.because("the group is in a container already"));
        }
    }

    private static GroupNotViableException notViable(Target target, Failure failure) {
        List<GroupMember> members = target.members().get();
        return new GroupNotViableException(
                failure.because("the kernel itself uses a member of the group, and members cannot be isolated from each"
                                + " other: "
                                + members.stream().map(GroupMember::toString).collect(Collectors.joining(", ")))
                        .remedy(GroupMember.release(members)));
    }

    private static void joinContainer(VfioGroup group, VfioContainer container, Target target) {
        int result = group.setContainer(container);
        if (result >= 0) {
            return;
        }
        Failure failure = Failure.during(
                        "put the IOMMU group of " + target.device() + " into a container (VFIO_GROUP_SET_CONTAINER)")
                .path(target.groupPath())
                .errno(Errnos.of(-result));
        switch (-result) {
            // The kernel claims the group for user space here, and a driver may have come since the status was read.
            case Errnos.EBUSY -> throw notViable(target, failure);
            case Errnos.EINVAL -> throw busy(target, failure.because("the group is in a container already"));
            default -> throw refused(result, target, failure);
        }
    }

    private static void setType(VfioContainer container, Target target) {
        int result = container.setIommu(target.type());
        if (result < 0) {
            throw refused(
                    result,
                    target,
                    Failure.during("put " + target.device() + " behind its IOMMU (VFIO_SET_IOMMU)")
                            .path(target.groupPath()));
        }
    }

    private static DeviceAccessException refused(int result, Target target, Failure failure) {
        if (result == -Errnos.EPERM && target.type() == IommuType.TYPE1V2) {
            return new InterruptRemappingMissingException(failure.because(
                            "the IOMMU does not remap interrupts, so a device could raise any interrupt of the machine"
                                    + " by writing to the right address")
                    .errno(Errnos.of(-result))
                    .remedy("Turn interrupt remapping on in the firmware and remove intremap=off from the kernel's"
                            + " command line; or, if you trust the device, allow it:"
                            + " echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"));
        }
        return KernelErrors.of(result, failure);
    }

    private static Fd openDevice(LibC libc, VfioGroup group, Target target) {
        int result = group.deviceFd(target.device());
        if (result >= 0) {
            return new Fd(libc, result, target.device());
        }
        Failure failure = Failure.during("open the device " + target.device() + " (VFIO_GROUP_GET_DEVICE_FD)")
                .path(target.groupPath())
                .errno(Errnos.of(-result));
        throw switch (-result) {
            case Errnos.ENODEV ->
                new DeviceNotBoundException(
                        failure.because("the device is not bound to a VFIO driver, or is about to be removed")
                                .remedy("Bind the device to vfio-pci"));
            case Errnos.EBUSY -> busy(target, failure);
            case Errnos.EACCES, Errnos.EINVAL ->
                new KernelCallException(failure.because(
                                "the device is part of an SR-IOV device whose other functions are opened with a token")
                        .remedy("Close the other functions of the device first"));
            default -> KernelErrors.of(result, failure);
        };
    }

    /** Returns the container, for DMA. */
    public VfioContainer container() {
        return container;
    }

    /** Returns the device's file. */
    public Fd device() {
        return device;
    }

    /** Closes all three files, each of them whatever happens to the others. Can be repeated without effect. */
    @Override
    public void close() {
        CloseSteps steps = new CloseSteps();
        steps.run(device::close);
        steps.run(group::close);
        steps.run(container::close);
        steps.finish();
    }
}
