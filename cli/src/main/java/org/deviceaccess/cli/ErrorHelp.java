// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import org.deviceaccess.spi.error.BrokenProviderException;
import org.deviceaccess.spi.error.CommandAbortedException;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.DmaMappingLimitException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.DriverNeedsException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.HugepagesMissingException;
import org.deviceaccess.spi.error.IncompatibleProviderException;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.InterruptRemappingMissingException;
import org.deviceaccess.spi.error.InterruptVectorsException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.deviceaccess.spi.error.IommuPresentException;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.KernelFeatureMissingException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.MediaErrorException;
import org.deviceaccess.spi.error.MemlockLimitException;
import org.deviceaccess.spi.error.MisalignedAccessException;
import org.deviceaccess.spi.error.NativeAccessException;
import org.deviceaccess.spi.error.NoBackendException;
import org.deviceaccess.spi.error.NoDriverException;
import org.deviceaccess.spi.error.NoIommuException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.error.RegionAccessException;
import org.deviceaccess.spi.error.RegionBoundsException;
import org.deviceaccess.spi.error.ResetFailedException;
import org.deviceaccess.spi.error.UnknownBackendException;
import org.deviceaccess.spi.error.UnknownOptionException;
import org.deviceaccess.spi.error.UnsafeNotAllowedException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.error.UnsupportedWidthException;

/**
 * What there is to know of a condition.
 *
 * @param type the exception that reports it
 * @param cause what brings it about
 * @param remedy what to do about it in general; the exception itself knows more
 */
record ErrorHelp(Class<? extends DeviceAccessException> type, String cause, String remedy) {
    /** Returns the help on a condition. */
    static ErrorHelp of(ErrorCode code) {
        return switch (code) {
            case ADDRESS_INVALID ->
                new ErrorHelp(
                        InvalidAddressException.class,
                        "The text is not of the form BACKEND:LOCATOR[?option=value&...], no PCI address such "
                                + "as 0000:00:10.0, or an alias stands for such a text.",
                        "Compare it with the form; the message says which part is wrong. In a shell, quote "
                                + "addresses that have a '?' or '&'.");
            case BACKEND_UNKNOWN ->
                new ErrorHelp(
                        UnknownBackendException.class,
                        "The word before the ':' is the name of no installed backend.",
                        "`deviceaccess backends` lists the installed ones. For another one, put its module on "
                                + "the module path or class path.");
            case BACKEND_NONE ->
                new ErrorHelp(
                        NoBackendException.class,
                        "The address leaves the choice of the backend to the configuration, and no installed "
                                + "backend can open the device as it is bound now.",
                        "The message has what each backend says, with its own code and remedy. Follow the "
                                + "remedy of the backend you want; `deviceaccess doctor` shows what the machine lacks.");
            case PROVIDER_BROKEN ->
                new ErrorHelp(
                        BrokenProviderException.class,
                        "A backend was found but its class could not be loaded, it threw something it must "
                                + "not throw, or two backends have the same name.",
                        "Remove or repair the module that the message names. Run with -v for the stack trace, "
                                + "and report it to the backend's authors.");
            case PROVIDER_LEVEL ->
                new ErrorHelp(
                        IncompatibleProviderException.class,
                        "The backend was made for another level of the SPI than this version of DeviceAccess "
                                + "speaks.",
                        "Use versions of DeviceAccess and of the backend that belong together.");
            case OPTION_UNKNOWN ->
                new ErrorHelp(
                        UnknownOptionException.class,
                        "The address or the configuration gives the backend an option that it does not have.",
                        "`deviceaccess backends NAME` lists the backend's options. The key "
                                + "deviceaccess.BACKEND.OPTION may come from a system property, the environment or "
                                + "deviceaccess.properties.");
            case OPTION_INVALID ->
                new ErrorHelp(
                        InvalidOptionException.class,
                        "An option has a value that it cannot have, or the configuration file cannot be read.",
                        "The message says what form the value has; `deviceaccess backends NAME` shows it with "
                                + "the default.");
            case DEVICE_NOT_FOUND ->
                new ErrorHelp(
                        DeviceNotFoundException.class,
                        "Nothing is at that locator: no such PCI function, no such model, no such alias.",
                        "`deviceaccess list` shows what there is. A PCI address has its domain: 0000:00:10.0, "
                                + "not 00:10.0. A device that was just plugged in may need: echo 1 > "
                                + "/sys/bus/pci/rescan.");
            case DEVICE_NOT_BOUND ->
                new ErrorHelp(
                        DeviceNotBoundException.class,
                        "The device is there, but the kernel driver that the backend works through is not "
                                + "bound to it; the message names the one that is.",
                        "For VFIO: echo vfio-pci > /sys/bus/pci/devices/ADDRESS/driver_override; echo ADDRESS "
                                + "> /sys/bus/pci/devices/ADDRESS/driver/unbind; echo ADDRESS > "
                                + "/sys/bus/pci/drivers_probe; for UIO the same with uio_pci_generic. Make sure that "
                                + "nothing uses the device first: a disk may hold your root file system.");
            case DEVICE_BUSY ->
                new ErrorHelp(
                        DeviceBusyException.class,
                        "Another process, or another part of this one, has the device or its IOMMU group " + "open.",
                        "Find and stop it: fuser -v /dev/vfio/GROUP, or /dev/uioN. Within one program, close the device "
                                + "before it is opened again.");
            case GROUP_NOT_VIABLE ->
                new ErrorHelp(
                        GroupNotViableException.class,
                        "Devices of one IOMMU group can reach each other, so all of them must be released by "
                                + "kernel drivers. Another member is still bound to one; the message names all members "
                                + "and their drivers.",
                        "Bind the other members to vfio-pci as well, or unbind them from their drivers; "
                                + "bridges may stay. Moving the card to another slot may put it into a group of its "
                                + "own.");
            case PERMISSION_DENIED ->
                new ErrorHelp(
                        PermissionDeniedException.class,
                        "The kernel refused a call for lack of permission: it was tried, not guessed. The "
                                + "message names the file, its owner and mode, and the user.",
                        "Give the user access to the file, best by a udev rule such as SUBSYSTEM==\"vfio\" (or "
                                + "uio), OWNER=\"USER\"; chown does until the next boot. Only as a last resort run as root.");
            case IOMMU_ABSENT ->
                new ErrorHelp(
                        NoIommuException.class,
                        "The device is in no IOMMU group, so nothing can keep it from reaching all memory.",
                        "Turn the IOMMU on in the firmware (VT-d, AMD-Vi) and in the kernel: intel_iommu=on "
                                + "on the kernel command line for Intel. In a virtual machine, the hypervisor must "
                                + "offer one.");
            case IOMMU_PRESENT ->
                new ErrorHelp(
                        IommuPresentException.class,
                        "The backend gives a device unprotected access to all memory, and the kernel does not allow "
                                + "that for a device that an IOMMU can check.",
                        "Open the device with the backend vfio, which uses the IOMMU.");
            case INTERRUPT_REMAPPING_ABSENT ->
                new ErrorHelp(
                        InterruptRemappingMissingException.class,
                        "The IOMMU cannot remap interrupts, so a device could forge those of others, and the "
                                + "kernel does not give it away.",
                        "Turn interrupt remapping on in the firmware, and in a virtual machine in the "
                                + "hypervisor (QEMU: -device intel-iommu,intremap=on). If the device is trusted: echo 1 "
                                + "> /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts.");
            case KERNEL_FEATURE_ABSENT ->
                new ErrorHelp(
                        KernelFeatureMissingException.class,
                        "A kernel module is not loaded, or the kernel was built without a feature; the "
                                + "message names it.",
                        "modprobe the module that the message names. If there is none, the kernel must be "
                                + "built with the option.");
            case MEMLOCK_LIMIT ->
                new ErrorHelp(
                        MemlockLimitException.class,
                        "Memory for DMA is locked in place, and that would be more than the process may lock; "
                                + "the message names the limit and what was asked.",
                        "Raise the limit: ulimit -l SIZE in the shell, LimitMEMLOCK= in a systemd unit, or "
                                + "memlock in /etc/security/limits.conf. Or ask for less.");
            case HUGEPAGES_ABSENT ->
                new ErrorHelp(
                        HugepagesMissingException.class,
                        "The backend takes DMA memory from hugepages, and too few are free; the message says "
                                + "how many of which size.",
                        "echo N > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages, soon after boot, "
                                + "while memory is not yet in pieces.");
            case UNSAFE_NOT_ALLOWED ->
                new ErrorHelp(
                        UnsafeNotAllowedException.class,
                        "The backend works without an IOMMU: a faulty device or driver can overwrite any "
                                + "memory of the machine. That must be asked for.",
                        "If the device and its driver are trusted, add unsafe=true to the address. Otherwise "
                                + "use a backend with an IOMMU, such as vfio.");
            case NATIVE_ACCESS_DENIED ->
                new ErrorHelp(
                        NativeAccessException.class,
                        "The JVM does not let the module call native code, or JNA could not unpack or load "
                                + "its native part.",
                        "On the module path: --enable-native-access=com.sun.jna,org.deviceaccess.linux; on "
                                + "the class path: --enable-native-access=ALL-UNNAMED. If /tmp is mounted noexec: "
                                + "-Djna.tmpdir=DIRECTORY.");
            case KERNEL_CALL ->
                new ErrorHelp(
                        KernelCallException.class,
                        "A system call failed in a way that has no error of its own; the message has the "
                                + "call, the file and errno.",
                        "Look errno up in the manual page of the call, and in the kernel's log: dmesg | tail.");
            case CAPABILITY_ABSENT ->
                new ErrorHelp(
                        UnsupportedCapabilityException.class,
                        "The program asked for something that the device or the backend does not have and "
                                + "never claimed.",
                        "`deviceaccess info ADDRESS` shows what the device has over that backend. In a "
                                + "program, ask DeviceAccess.capabilities() first.");
            case REGION_ABSENT ->
                new ErrorHelp(
                        NoSuchRegionException.class,
                        "The program asked for a region that the device does not have; BARs that are not "
                                + "implemented, or are the upper half of a 64-bit one, are none.",
                        "`deviceaccess info ADDRESS` lists the regions.");
            case REGION_BOUNDS ->
                new ErrorHelp(
                        RegionBoundsException.class,
                        "The program accessed a register outside of the region.",
                        "Correct the program: compare the offset with the data sheet and with Region.size().");
            case REGION_MISALIGNED ->
                new ErrorHelp(
                        MisalignedAccessException.class,
                        "The offset is not a multiple of the width of the access; such an access cannot be "
                                + "one transaction.",
                        "Correct the program: use the register's own offset and width.");
            case REGION_WIDTH ->
                new ErrorHelp(
                        UnsupportedWidthException.class,
                        "The region is not reached by memory accesses of that width: configuration space has "
                                + "at most 32 bits, for example.",
                        "Use another width; RegionInfo.widths() tells which ones there are.");
            case REGION_ACCESS ->
                new ErrorHelp(
                        RegionAccessException.class,
                        "The program wrote to a region that can only be read, or the other way round.",
                        "Correct the program; RegionInfo tells what the region allows.");
            case DEVICE_LOST ->
                new ErrorHelp(
                        DeviceLostException.class,
                        "The device was unplugged, has crashed, or its memory decoding was switched off: an "
                                + "access to it faulted, or every register reads as all ones.",
                        "Close the device and open it again when it is back; look at the kernel's log: dmesg "
                                + "| tail. The JVM is not harmed.");
            case RESET_FAILED ->
                new ErrorHelp(
                        ResetFailedException.class,
                        "The kernel tried to reset the device and failed.",
                        "Close the device and open it again, which resets it too. If that fails: unbind and "
                                + "bind it, or switch the machine off and on.");
            case INTERRUPT_KIND_ABSENT ->
                new ErrorHelp(
                        InterruptKindAbsentException.class,
                        "The device or the backend has no interrupts of the kind, or of none of the kinds, "
                                + "that the program asked for.",
                        "`deviceaccess info ADDRESS` lists the kinds. Use one of these, another backend, or "
                                + "polling.");
            case INTERRUPT_VECTORS ->
                new ErrorHelp(
                        InterruptVectorsException.class,
                        "The program asked for more vectors than the device has, for none, or for one that "
                                + "was not enabled.",
                        "`deviceaccess info ADDRESS` shows how many there are.");
            case INTERRUPTS_IN_USE ->
                new ErrorHelp(
                        InterruptsInUseException.class,
                        "Interrupts of the device are enabled already; a PCI device uses one of INTx, MSI and "
                                + "MSI-X at a time.",
                        "Close the Interrupts object that is in use. A driver that is attached to the device "
                                + "may hold it.");
            case DMA_CONSTRAINT ->
                new ErrorHelp(
                        DmaConstraintException.class,
                        "What the device demands of its memory and what the platform can give do not go "
                                + "together; the message names the limit that clashes.",
                        "`deviceaccess info ADDRESS` shows what the platform can give. Check that the program "
                                + "states the device's true limits.");
            case DMA_EXHAUSTED ->
                new ErrorHelp(
                        DmaAddressSpaceExhaustedException.class,
                        "All device addresses that the device can drive are taken.",
                        "Close buffers that are no longer used, or use fewer and larger ones.");
            case DMA_MAPPING_LIMIT ->
                new ErrorHelp(
                        DmaMappingLimitException.class,
                        "The kernel limits how many DMA mappings there are at a time, and the limit is " + "reached.",
                        "Use fewer and larger buffers and divide them. For VFIO the limit is "
                                + "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit.");
            case DMA_MEMORY ->
                new ErrorHelp(
                        DmaMemoryException.class,
                        "There is no memory for the buffer, or memory that cannot be mapped was offered: heap "
                                + "memory, or a file's.",
                        "Ask for less, or free memory. Memory for DmaSupport.map is native, aligned to pages, "
                                + "such as arena.allocate(size, 4096).");
            case DEVICE_MALFORMED ->
                new ErrorHelp(
                        MalformedDeviceException.class,
                        "The device, or the kernel for it, describes it against its own specification: a "
                                + "capability list that makes a loop, garbage in a sysfs file.",
                        "Reset the device, then update its firmware. If it stays so, report it with the "
                                + "output of: lspci -vvv -xxxx -s ADDRESS.");
            case DRIVER_NONE ->
                new ErrorHelp(
                        NoDriverException.class,
                        "No installed driver is for the device, or none that is has the type the program "
                                + "asked for.",
                        "Put the driver's module on the module path or class path; `deviceaccess info "
                                + "ADDRESS` shows the drivers that match.");
            case DRIVER_NEEDS ->
                new ErrorHelp(
                        DriverNeedsException.class,
                        "The driver states what it needs (regions, interrupts, DMA), and the device or the "
                                + "backend does not have all of it; the message names what is missing.",
                        "Open the device over a backend that has it.");
            case DEVICE_FAULT ->
                new ErrorHelp(
                        DeviceFaultException.class,
                        "The device gave an answer that its specification does not allow, and the driver did "
                                + "not use it.",
                        "Reset the device. If it happens again, it is defective, not the device that it says "
                                + "it is, or its driver is wrong.");
            case DEVICE_TIMEOUT ->
                new ErrorHelp(
                        DeviceTimeoutException.class,
                        "The device did not finish in the time that its driver grants it.",
                        "Reset the device, or grant it more time. If its interrupts do not arrive, look for "
                                + "it in /proc/interrupts and in the kernel's log.");
            case MEDIA_ERROR ->
                new ErrorHelp(
                        MediaErrorException.class,
                        "The device could not read or write its medium at that place: data is damaged there.",
                        "Read the rest, restore these blocks from a copy, and write them anew. Look at the "
                                + "device's health data; if such errors become more, replace it.");
            case COMMAND_FAILED ->
                new ErrorHelp(
                        CommandFailedException.class,
                        "The device refused a command or could not do it; the message has the device's status.",
                        "The status says why: a device that is protected from being written, a command that it "
                                + "does not have, or a fault inside of it.");
            case COMMAND_ABORTED ->
                new ErrorHelp(
                        CommandAbortedException.class,
                        "The command was under way when it was aborted or when the device was reset. It may be "
                                + "done, half done or not done.",
                        "Do it again: a read changes nothing, and a write of the same data to the same blocks can "
                                + "be repeated.");
        };
    }
}
