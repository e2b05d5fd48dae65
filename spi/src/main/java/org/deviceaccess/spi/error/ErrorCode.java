// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

/**
 * The stable codes of all conditions, one for each exception class of this package.
 *
 * <p>The {@linkplain #id() id} is what documentation, logs and other programs refer to; it never changes its meaning.
 */
public enum ErrorCode {
    /** The address of the device is malformed. */
    ADDRESS_INVALID("DA-ADDRESS-INVALID", "The address of the device is malformed."),
    /** No provider has the backend's name. */
    BACKEND_UNKNOWN("DA-BACKEND-UNKNOWN", "No provider has the backend's name."),
    /** No provider can open the device. */
    BACKEND_NONE("DA-BACKEND-NONE", "No provider can open the device."),
    /** A provider could not be loaded. */
    PROVIDER_BROKEN("DA-PROVIDER-BROKEN", "A provider could not be loaded."),
    /** A provider was made for another level of the SPI. */
    PROVIDER_LEVEL("DA-PROVIDER-LEVEL", "A provider was made for another level of the SPI."),
    /** The backend has no option of that name. */
    OPTION_UNKNOWN("DA-OPTION-UNKNOWN", "The backend has no option of that name."),
    /** The value of an option is malformed. */
    OPTION_INVALID("DA-OPTION-INVALID", "The value of an option is malformed."),
    /** There is no such device. */
    DEVICE_NOT_FOUND("DA-DEVICE-NOT-FOUND", "There is no such device."),
    /** The device is not bound to the kernel driver that the backend needs. */
    DEVICE_NOT_BOUND("DA-DEVICE-NOT-BOUND", "The device is not bound to the kernel driver that the backend needs."),
    /** The device is in use. */
    DEVICE_BUSY("DA-DEVICE-BUSY", "The device is in use."),
    /** The IOMMU group holds a device that a kernel driver uses. */
    GROUP_NOT_VIABLE("DA-GROUP-NOT-VIABLE", "The IOMMU group holds a device that a kernel driver uses."),
    /** The kernel refused for lack of permission. */
    PERMISSION_DENIED("DA-PERMISSION-DENIED", "The kernel refused for lack of permission."),
    /** The device is behind no active IOMMU. */
    IOMMU_ABSENT("DA-IOMMU-ABSENT", "The device is behind no active IOMMU."),
    /** The device is behind an active IOMMU, and the backend is for devices without one. */
    IOMMU_PRESENT(
            "DA-IOMMU-PRESENT", "The device is behind an active IOMMU, and the backend is for devices without one."),
    /** The platform cannot isolate the device's interrupts. */
    INTERRUPT_REMAPPING_ABSENT("DA-INTERRUPT-REMAPPING-ABSENT", "The platform cannot isolate the device's interrupts."),
    /** The firmware demands that the device reach memory of its own, so it cannot be given other addresses. */
    RESERVED_MEMORY(
            "DA-RESERVED-MEMORY",
            "The firmware demands that the device reach memory of its own, so it cannot be given other addresses."),
    /** The kernel lacks a module or feature. */
    KERNEL_FEATURE_ABSENT("DA-KERNEL-FEATURE-ABSENT", "The kernel lacks a module or feature."),
    /** The limit of locked memory is too small. */
    MEMLOCK_LIMIT("DA-MEMLOCK-LIMIT", "The limit of locked memory is too small."),
    /** Too few hugepages are free. */
    HUGEPAGES_ABSENT("DA-HUGEPAGES-ABSENT", "Too few hugepages are free."),
    /** Unprotected DMA was not allowed. */
    UNSAFE_NOT_ALLOWED("DA-UNSAFE-NOT-ALLOWED", "Unprotected DMA was not allowed."),
    /** The Java runtime does not allow native access. */
    NATIVE_ACCESS_DENIED("DA-NATIVE-ACCESS-DENIED", "The Java runtime does not allow native access."),
    /** A system call failed for a reason that has no class of its own. */
    KERNEL_CALL("DA-KERNEL-CALL", "A system call failed for a reason that has no class of its own."),
    /** The backend or device does not have that capability. */
    CAPABILITY_ABSENT("DA-CAPABILITY-ABSENT", "The backend or device does not have that capability."),
    /** The device has no such region. */
    REGION_ABSENT("DA-REGION-ABSENT", "The device has no such region."),
    /** The access lies outside of the region. */
    REGION_BOUNDS("DA-REGION-BOUNDS", "The access lies outside of the region."),
    /** The access is not naturally aligned. */
    REGION_MISALIGNED("DA-REGION-MISALIGNED", "The access is not naturally aligned."),
    /** The region does not support accesses of that width. */
    REGION_WIDTH("DA-REGION-WIDTH", "The region does not support accesses of that width."),
    /** The region does not allow that access. */
    REGION_ACCESS("DA-REGION-ACCESS", "The region does not allow that access."),
    /** The device does not answer any more. */
    DEVICE_LOST("DA-DEVICE-LOST", "The device does not answer any more."),
    /** The device could not be reset. */
    RESET_FAILED("DA-RESET-FAILED", "The device could not be reset."),
    /** The device has no interrupts of that kind. */
    INTERRUPT_KIND_ABSENT("DA-INTERRUPT-KIND-ABSENT", "The device has no interrupts of that kind."),
    /** The number of vectors cannot be met. */
    INTERRUPT_VECTORS("DA-INTERRUPT-VECTORS", "The number of vectors cannot be met."),
    /** Interrupts of the device are enabled already. */
    INTERRUPTS_IN_USE("DA-INTERRUPTS-IN-USE", "Interrupts of the device are enabled already."),
    /** The device's DMA limits cannot be met. */
    DMA_CONSTRAINT("DA-DMA-CONSTRAINT", "The device's DMA limits cannot be met."),
    /** No device address is free for the mapping. */
    DMA_EXHAUSTED("DA-DMA-EXHAUSTED", "No device address is free for the mapping."),
    /** The kernel's limit of DMA mappings is reached. */
    DMA_MAPPING_LIMIT("DA-DMA-MAPPING-LIMIT", "The kernel's limit of DMA mappings is reached."),
    /** Memory for DMA could not be allocated or pinned. */
    DMA_MEMORY("DA-DMA-MEMORY", "Memory for DMA could not be allocated or pinned."),
    /** The buffer was made for another device, and this one cannot reach it. */
    DMA_UNREACHABLE("DA-DMA-UNREACHABLE", "The buffer was made for another device, and this one cannot reach it."),
    /** The device or the kernel describes it in a way that makes no sense. */
    DEVICE_MALFORMED("DA-DEVICE-MALFORMED", "The device or the kernel describes it in a way that makes no sense."),
    /** No driver matches the device. */
    DRIVER_NONE("DA-DRIVER-NONE", "No driver matches the device."),
    /** The device or backend does not have what the driver needs. */
    DRIVER_NEEDS("DA-DRIVER-NEEDS", "The device or backend does not have what the driver needs."),
    /** Several drivers match the device equally well. */
    DRIVER_AMBIGUOUS("DA-DRIVER-AMBIGUOUS", "Several drivers match the device equally well."),
    /** The device answered something that it must not answer. */
    DEVICE_FAULT("DA-DEVICE-FAULT", "The device answered something that it must not answer."),
    /** The device did not answer in time. */
    DEVICE_TIMEOUT("DA-DEVICE-TIMEOUT", "The device did not answer in time."),
    /** The medium cannot be read or written there. */
    MEDIA_ERROR("DA-MEDIA-ERROR", "The medium cannot be read or written there."),
    /** The device can only be read. */
    READ_ONLY("DA-READ-ONLY", "The device can only be read."),
    /** The device refused a command or could not do it. */
    COMMAND_FAILED("DA-COMMAND-FAILED", "The device refused a command or could not do it."),
    /** A command was under way when it was aborted or the device was reset. */
    COMMAND_ABORTED("DA-COMMAND-ABORTED", "A command was under way when it was aborted or the device was reset.");

    private final String id;
    private final String title;

    ErrorCode(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** Returns the code as it is written: {@code DA-GROUP-NOT-VIABLE}. */
    public String id() {
        return id;
    }

    /** Returns the condition in one sentence. */
    public String title() {
        return title;
    }

    @Override
    public String toString() {
        return id;
    }
}
