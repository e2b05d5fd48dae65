// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import java.util.List;
import java.util.Optional;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.KernelLog;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.pci.PciFunction;
import org.deviceaccess.linux.pci.UnplacedBar;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.PermissionDeniedException;

/** Why the kernel does not open a device of a group that is this process's, and whether it would. */
final class DeviceErrors {
    private DeviceErrors() {}

    /**
     * Returns why the device could not be opened, as far as sysfs tells; opening it to see would reset it.
     *
     * @return the error that opening it would throw, or nothing
     */
    static Optional<DeviceAccessException> foreseen(VfioTarget target) {
        Failure failure = opening(target);
        Optional<DeviceAccessException> token = withoutToken(target, failure);
        return token.isPresent() ? token : withoutAddress(target, failure);
    }

    /** Returns why it was not opened. */
    static DeviceAccessException notOpened(KernelLog.Answer answer, VfioTarget target) {
        Failure failure = opening(target);
        Failure facts = failure.errno(Errnos.of(-answer.result()));
        return switch (-answer.result()) {
            case Errnos.ENODEV ->
                new DeviceNotBoundException(
                        facts.because("the device is not bound to a VFIO driver, or is about to be removed")
                                .remedy("Bind the device to vfio-pci"));
            case Errnos.EBUSY -> AttachErrors.busy(target, facts);
            case Errnos.EACCES ->
                withoutToken(target, facts).orElseGet(() -> KernelErrors.of(answer.result(), heard(failure, answer)));
            case Errnos.EINVAL ->
                withoutAddress(target, facts)
                        .orElseGet(
                                () -> new KernelCallException(facts.because("the kernel could not enable the device, or"
                                                + " its driver did not accept it" + answer.inWords())
                                        .remedy("The kernel's log may tell, as root: dmesg | tail")));
            default -> KernelErrors.of(answer.result(), heard(failure, answer));
        };
    }

    private static Failure heard(Failure failure, KernelLog.Answer answer) {
        return answer.log().isEmpty() ? failure : failure.because(answer.said());
    }

    private static Failure opening(VfioTarget target) {
        return Failure.during("open the device " + target.device() + " (VFIO_GROUP_GET_DEVICE_FD)")
                .path(target.groupPath());
    }

    /** The kernel wants a token where user space holds the physical function (vfio_pci_validate_vf_token). */
    private static Optional<DeviceAccessException> withoutToken(VfioTarget target, Failure failure) {
        PciFunction function = target.function();
        Optional<PciFunction> physical = function.physicalFunction();
        if (physical.isPresent()) {
            String driver = physical.get().driver().orElse("");
            if (!driver.equals(VfioFunctions.DRIVER)) {
                return Optional.empty();
            }
            return Optional.of(new PermissionDeniedException(failure.because("the device is a virtual function, and its"
                            + " physical function " + physical.get() + " is bound to " + driver + ": the kernel then"
                            + " opens it only to those who know the token that the user of the physical function has"
                            + " set, and this backend knows none")
                    .remedy("Bind the physical function " + physical.get()
                            + " to its own driver of the kernel and let that"
                            + " make the virtual functions (sriov_numvfs)")));
        }
        if (failure.errno() == null || function.virtualFunctions() == 0) {
            return Optional.empty(); // whether the virtual functions are open is not in sysfs
        }
        return Optional.of(new PermissionDeniedException(failure.because("the device is the physical function of "
                        + function.virtualFunctions() + " virtual functions, which are open with a token that this"
                        + " backend does not know")
                .remedy("Close the virtual functions first, or remove them, as root: "
                        + RootCommands.forThisUser("echo 0 > /sys/bus/pci/devices/" + function + "/sriov_numvfs"))));
    }

    /** The kernel does not enable a device of which it has not placed every BAR (pci_enable_resources). */
    private static Optional<DeviceAccessException> withoutAddress(VfioTarget target, Failure failure) {
        List<String> bars = target.function().unplacedBars().stream()
                .filter(UnplacedBar::keepsFromEnabling)
                .map(UnplacedBar::toString)
                .toList();
        return bars.isEmpty()
                ? Optional.empty()
                : Optional.of(new KernelCallException(failure.because("neither the firmware nor the kernel has found"
                                + " addresses for " + String.join(", ", bars)
                                + " of the device, and the kernel enables none that lacks some")
                        .remedy(UnplacedBar.REMEDY)));
    }
}
