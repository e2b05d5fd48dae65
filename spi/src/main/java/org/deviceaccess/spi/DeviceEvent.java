// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

/** Something that happens to a device outside of its own interrupts. */
public enum DeviceEvent {
    /** The system wants the device back, for removal or for another driver: stop using it and close it. */
    RELEASE_REQUESTED,
    /** The bus reported an error that the device cannot recover from by itself (PCI Express AER): reset or close it. */
    ERROR
}
