// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.function.BiFunction;
import org.deviceaccess.linux.device.OpeningTurn;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.KernelLog;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.InterruptRemappingMissingException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.ReservedMemoryException;

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
     * @throws ReservedMemoryException if the firmware demands that the device reach memory of its own
     * @throws KernelCallException if the kernel refuses for a reason that it does not tell
     */
    public static VfioAttachment open(LibC libc, VfioTarget target) {
        return OpeningTurn.take(
                libc,
                target.groupDirectory(),
                () -> attach(
                        libc,
                        target,
                        (container, group) -> new VfioAttachment(container, group, openDevice(libc, group, target))),
                VfioAttachment::close);
    }

    /**
     * Tries all that {@link #open} does but the last step, which would reset the device, and undoes it. What would be in
     * the way of the last step is looked for in sysfs.
     *
     * @param libc the C library
     * @param target the device
     * @throws org.deviceaccess.spi.error.DeviceAccessException as {@link #open} does
     */
    public static void check(LibC libc, VfioTarget target) {
        OpeningTurn.take(
                libc,
                target.groupDirectory(),
                () -> attach(libc, target, (container, group) -> {
                    DeviceErrors.foreseen(target).ifPresent(error -> {
                        throw error;
                    });
                    CloseSteps steps = new CloseSteps();
                    steps.run(group::close);
                    steps.run(container::close);
                    steps.finish();
                    return target;
                }),
                closed -> {});
    }

    /** Opens a group in a container and hands both over; closes them if that fails. */
    private static <T> T attach(LibC libc, VfioTarget target, BiFunction<VfioContainer, VfioGroup, T> then) {
        VfioContainer container =
                new VfioContainer(libc, VfioNodes.openContainer(libc, target.sysfs(), VfioContainer.PATH));
        try {
            checkVersion(container);
            checkType(container, target.type());
            VfioGroup group = new VfioGroup(libc, openGroup(libc, target));
            try {
                checkStatus(group.status(), target);
                joinContainer(libc, group, container, target);
                setType(libc, container, target);
                return then.apply(container, group);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, group::close);
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, container::close);
        }
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
                                .remedy(RootCommands.forThisUser("modprobe vfio_iommu_type1"));
                    case NOIOMMU ->
                        failure.because("the kernel does not allow devices without an IOMMU, or was built without"
                                        + " this (CONFIG_VFIO_NOIOMMU)")
                                .remedy("As root: "
                                        + RootCommands.forThisUser(
                                                "echo Y > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode"));
                });
    }

    private static Fd openGroup(LibC libc, VfioTarget target) {
        String operation = "open the IOMMU group of " + target.device();
        int result = libc.open(target.groupPath(), Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        Failure failure = Failure.during(operation).path(target.groupPath());
        if (VfioNodes.isMissing(result)) {
            throw VfioNodes.groupMissing(target, failure.errno(Errnos.of(-result)));
        }
        if (result == -Errnos.EBUSY) {
            throw AttachErrors.busy(target, failure.errno(Errnos.of(-result)));
        }
        if (result == -Errnos.EPERM && target.type() == IommuType.NOIOMMU) {
            throw AttachErrors.rawIoNeeded(result, failure);
        }
        if (result < 0) {
            throw KernelErrors.of(result, failure);
        }
        return new Fd(libc, result, target.groupPath());
    }

    private static void checkStatus(VfioGroup.Status status, VfioTarget target) {
        Failure failure =
                Failure.during("use the IOMMU group of " + target.device()).path(target.groupPath());
        if (!status.viable()) {
            throw AttachErrors.notViable(target, failure);
        }
        if (status.inContainer()) {
            throw AttachErrors.busy(target, failure);
        }
    }

    private static void joinContainer(LibC libc, VfioGroup group, VfioContainer container, VfioTarget target) {
        KernelLog.Answer answer = AttachErrors.ask(libc, () -> group.setContainer(container));
        if (answer.result() < 0) {
            throw AttachErrors.notJoined(
                    answer,
                    target,
                    Failure.during("put the IOMMU group of " + target.device()
                                    + " into a container (VFIO_GROUP_SET_CONTAINER)")
                            .path(target.groupPath()));
        }
    }

    private static void setType(LibC libc, VfioContainer container, VfioTarget target) {
        KernelLog.Answer answer = AttachErrors.ask(libc, () -> container.setIommu(target.type()));
        if (answer.result() < 0) {
            throw AttachErrors.noAddresses(
                    answer,
                    target,
                    Failure.during("put " + target.device() + " behind its IOMMU (VFIO_SET_IOMMU)")
                            .path(target.groupPath()));
        }
    }

    private static Fd openDevice(LibC libc, VfioGroup group, VfioTarget target) {
        KernelLog.Answer answer = AttachErrors.ask(libc, () -> group.deviceFd(target.device()));
        if (answer.result() < 0) {
            throw DeviceErrors.notOpened(answer, target);
        }
        return new Fd(libc, answer.result(), target.device());
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
