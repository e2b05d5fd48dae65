// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.KernelLog;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.pci.GroupMember;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.InterruptRemappingMissingException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.ReservedMemoryException;

/**
 * Why the kernel does not put a group behind its IOMMU. One error number stands for several causes, and other kernels
 * choose other numbers: a cause is stated if sysfs and the kernel's log exclude the others, else all are.
 */
final class AttachErrors {
    // drivers/iommu/intel/iommu.c before Linux 6.6, drivers/iommu/iommu.c since.
    private static final List<String> FIRMWARE = List.of("RMRR", "1:1");
    // drivers/vfio/vfio_iommu_type1.c
    private static final String INTERRUPTS = "No interrupt remapping";

    private AttachErrors() {}

    /** Makes a call; one whose refusal can mean several things is made twice, as the kernel may log which. */
    static KernelLog.Answer ask(LibC libc, IntSupplier call) {
        int result = call.getAsInt();
        return switch (-result) {
            case Errnos.EPERM, Errnos.EACCES, Errnos.EINVAL -> KernelLog.during(libc, call);
            default -> new KernelLog.Answer(result, List.of());
        };
    }

    /** Returns why a viable group that was in no container cannot be put into one. */
    static DeviceAccessException notJoined(KernelLog.Answer answer, VfioTarget target, Failure failure) {
        Failure facts = failure.errno(Errnos.of(-answer.result()));
        return switch (-answer.result()) {
            // The kernel claims the group for user space here, and a driver may have come since the status was read.
            case Errnos.EBUSY -> claimedByOthers(answer, target, facts);
            case Errnos.EPERM ->
                target.type() == IommuType.NOIOMMU
                        ? rawIoNeeded(answer.result(), failure)
                        : claimedByOthers(answer, target, facts);
            case Errnos.EINVAL -> firmwareOrUnknown(answer, target, facts);
            default -> KernelErrors.of(answer.result(), failure);
        };
    }

    /** Returns the error of a device without an IOMMU; who may open its file is another matter: then it is EACCES. */
    static DeviceAccessException rawIoNeeded(int result, Failure failure) {
        return KernelErrors.of(
                result,
                failure.because("without an IOMMU the kernel asks for the capability CAP_SYS_RAWIO")
                        .remedy("Run as root, or give the process the capability (a systemd service:"
                                + " AmbientCapabilities=CAP_SYS_RAWIO)"));
    }

    private static DeviceAccessException claimedByOthers(KernelLog.Answer answer, VfioTarget target, Failure facts) {
        if (target.members().stream().anyMatch(GroupMember::isUsedByKernel)) {
            return notViable(target, facts);
        }
        return new DeviceBusyException(
                facts.because("somebody else uses the IOMMU group " + target.group() + ", though no"
                                + " member is bound to a driver that does: a driver that is about to go, or a process that has a"
                                + " member open over iommufd" + answer.inWords())
                        .remedy("Try again; if it stays so, see who has a member open, as root: fuser -v /dev/iommu"
                                + " /dev/vfio/devices/*"));
    }

    /** Returns why a group cannot get its own addresses. */
    static DeviceAccessException noAddresses(KernelLog.Answer answer, VfioTarget target, Failure failure) {
        Failure facts = failure.errno(Errnos.of(-answer.result()));
        return switch (-answer.result()) {
            case Errnos.EPERM ->
                target.type() == IommuType.TYPE1V2
                        ? notPermitted(answer, target, facts)
                        : KernelErrors.of(answer.result(), failure);
            case Errnos.EINVAL -> firmwareOrUnknown(answer, target, facts);
            default -> KernelErrors.of(answer.result(), failure);
        };
    }

    private static DeviceAccessException notPermitted(KernelLog.Answer answer, VfioTarget target, Failure facts) {
        boolean firmware =
                target.firmwareRanges().map(ranges -> !ranges.isEmpty()).orElse(true);
        boolean interrupts = !target.interruptsAreRemapped() && !target.unsafeInterruptsAreAllowed();
        if (firmwareIsNamed(answer, target) || (firmware && !interrupts)) {
            return reserved(answer, target, facts);
        }
        if (answer.says(INTERRUPTS) || (interrupts && !firmware)) {
            return new InterruptRemappingMissingException(facts.because(
                            "the IOMMU does not remap interrupts, so a device"
                                    + " could raise any interrupt of the machine by writing to the right address"
                                    + answer.inWords())
                    .remedy("Turn interrupt remapping on in the firmware and remove intremap=off from the kernel's"
                            + " command line; or, if you trust the device, allow it:"
                            + " "
                            + RootCommands.forThisUser(
                                    "echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts")));
        }
        return firmware ? reservedOrInterrupts(answer, target, facts) : unknown(answer, facts);
    }

    private static DeviceAccessException firmwareOrUnknown(KernelLog.Answer answer, VfioTarget target, Failure facts) {
        boolean known =
                target.firmwareRanges().filter(ranges -> !ranges.isEmpty()).isPresent();
        return known || firmwareIsNamed(answer, target) ? reserved(answer, target, facts) : unknown(answer, facts);
    }

    /** Others may be refused at the same time, so the line must name a member of the group. */
    private static boolean firmwareIsNamed(KernelLog.Answer answer, VfioTarget target) {
        return target.memberNames().stream()
                .anyMatch(name -> answer.log().stream()
                        .filter(line -> line.contains(name))
                        .anyMatch(line -> FIRMWARE.stream().anyMatch(line::contains)));
    }

    private static ReservedMemoryException reserved(KernelLog.Answer answer, VfioTarget target, Failure facts) {
        return new ReservedMemoryException(facts.because(
                        "the firmware demands that the device reach memory of its own" + " for ever" + ranges(target)
                                + ", so the kernel gives it no other addresses" + answer.inWords())
                .remedy("Turn off in the firmware what uses the device behind the operating system's back (management"
                        + " through the card, shared memory, legacy USB), or put the card into another slot; the maker of"
                        + " the machine tells which setting. The kernel has none"));
    }

    private static String ranges(VfioTarget target) {
        List<String> ranges = target.firmwareRanges().orElse(List.of());
        return ranges.isEmpty() ? "" : ranges.stream().collect(Collectors.joining(", ", " (", ")"));
    }

    private static KernelCallException reservedOrInterrupts(KernelLog.Answer answer, VfioTarget target, Failure facts) {
        return new KernelCallException(
                facts.because("one of these is so: the firmware demands that the device reach memory"
                                + " of its own for ever" + ranges(target)
                                + "; or the IOMMU does not remap interrupts" + answer.inWords())
                        .remedy(
                                "The kernel's log tells which, as root: dmesg | grep -i -e RMRR -e 'interrupt remapping'. For the"
                                        + " first turn off in the firmware what uses the device; for the second turn interrupt remapping"
                                        + " on there"));
    }

    private static KernelCallException unknown(KernelLog.Answer answer, Failure facts) {
        return new KernelCallException(facts.because("the kernel does not tell why; the group is viable and in no"
                        + " container, and no reason that is known applies" + answer.inWords())
                .remedy("The kernel's log may tell, as root: dmesg | tail"));
    }

    static DeviceBusyException busy(VfioTarget target, Failure failure) {
        return new DeviceBusyException(failure.because(
                        "this or another process has the device open, or another member of its IOMMU group; a group"
                                + " can be open once at a time")
                .remedy("Close it there, in the process that this names: fuser -v " + target.groupPath()));
    }

    static GroupNotViableException notViable(VfioTarget target, Failure failure) {
        List<GroupMember> members = target.members();
        return new GroupNotViableException(
                failure.because("the kernel itself uses a member of the group, and members cannot be isolated from each"
                                + " other: "
                                + members.stream().map(GroupMember::toString).collect(Collectors.joining(", ")))
                        .remedy(GroupMember.release(members)));
    }
}
