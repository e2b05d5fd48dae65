// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

/** Something that happens to a device outside of its own interrupts. */
public enum DeviceEvent {
    /**
     * The system wants the device back, for removal or for another driver: stop using it and close it. Who asked waits
     * until then. Over when the device is closed.
     */
    RELEASE_REQUESTED,
    /**
     * The bus reported an error that the device cannot recover from by itself (PCI Express AER): reset or close it. Over
     * when the device is {@linkplain DeviceAccess#reset reset} or closed.
     */
    ERROR
}
