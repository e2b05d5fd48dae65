// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

/** What keeps a device from reaching memory that is not meant for it; the safest first. */
public enum TrustLevel {
    /** The device is a model in this JVM. */
    SIMULATED,
    /** An IOMMU translates and checks every access of the device. */
    IOMMU,
    /**
     * The device cannot master the bus: the backend has switched its bus mastering off and lets nobody who uses the
     * device switch it on.
     */
    NO_DMA,
    /** Nothing: a faulty or badly driven device can overwrite any memory of the machine. */
    UNPROTECTED
}
