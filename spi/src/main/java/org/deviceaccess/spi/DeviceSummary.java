// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device that a backend knows of.
 *
 * @param address an address that opens it over that backend
 * @param identity what it is
 * @param description what it is in words
 * @param attributes what else the backend knows of it, by name, in the order to be shown; the names
 *     {@value #KERNEL_DRIVER} and {@value #IOMMU_GROUP} mean the same on all backends
 */
public record DeviceSummary(
        DeviceAddress address, DeviceIdentity identity, String description, Map<String, String> attributes) {
    /** Attribute: the kernel driver that is bound to the device; absent where none is. */
    public static final String KERNEL_DRIVER = "driver";
    /** Attribute: the number of the device's IOMMU group; absent where it has none. */
    public static final String IOMMU_GROUP = "iommu-group";

    /** Copies the attributes. */
    public DeviceSummary {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** Makes a summary without attributes. */
    public DeviceSummary(DeviceAddress address, DeviceIdentity identity, String description) {
        this(address, identity, description, Map.of());
    }
}
