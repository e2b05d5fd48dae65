// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/**
 * An open device.
 *
 * <p>Safe for use by any thread. Owns everything obtained from it; see the package for the order of closing. All
 * methods but {@link #address()}, {@link #identity()}, {@link #trust()}, {@link #capabilities()}, {@link #isOpen()} and
 * {@link #close()} throw {@link IllegalStateException} once the device is closed.
 */
public interface DeviceAccess extends AutoCloseable {
    /** Returns the full address: the backend, its locator, and the options that were used to open the device. */
    DeviceAddress address();

    /** Returns what the device is. */
    DeviceIdentity identity();

    /** Returns what keeps the device from reaching memory that is not meant for it. */
    TrustLevel trust();

    /** Returns what this device can do over this backend: a subset of what the provider claims. */
    Set<Capability> capabilities();

    /** Returns the regions that the device has, in the order of their ids. */
    List<RegionInfo> regions();

    /**
     * Returns a region.
     *
     * @param id which one
     * @return the region, the same object for the same id
     * @throws org.deviceaccess.spi.error.NoSuchRegionException if {@link #regions()} lacks it
     */
    Region region(RegionId id);

    /** Returns the interrupts; a device that has none gives an object that says so. */
    InterruptSupport interrupts();

    /**
     * Returns what makes memory reachable for the device.
     *
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if {@link #capabilities()} lacks
     *     {@link Capability#DMA}; the message says why and which backend has it
     */
    DmaSupport dma();

    /** Returns the events; a device that reports none gives an object that says so. */
    DeviceEvents events();

    /**
     * Takes the device for a driver, which is exclusive: two drivers of one device would overwrite each other's registers.
     * Each driver does this first thing when it attaches. Regions, interrupts and DMA can be used without; what is done so
     * beside a driver is the caller's responsibility.
     *
     * @param driver the driver's name, for the message that the next one gets
     * @return the claim, which the driver closes last thing when it is closed; closing the device ends it, too
     * @throws org.deviceaccess.spi.error.DeviceBusyException if a driver has the device; the message names it
     */
    DriverClaim claim(String driver);

    /**
     * Resets the device to the state it has after power-on. Regions stay usable; enabled interrupts are closed; DMA
     * buffers stay mapped, and bus mastering is as it was before.
     *
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if {@link #capabilities()} lacks
     *     {@link Capability#RESET}
     * @throws org.deviceaccess.spi.error.ResetFailedException if the device has a reset but it failed
     */
    void reset();

    /**
     * Returns what only this backend has.
     *
     * @param type a public type of the backend
     * @return this device as that type, or nothing if the backend has no such type
     */
    <T> Optional<T> unwrap(Class<T> type);

    /** Returns whether the device is open. */
    boolean isOpen();

    /**
     * Closes the device and everything obtained from it. Can be repeated without effect, by any thread; a thread that finds
     * another one closing the device returns when that is done, and the device reaches no memory any more.
     *
     * @throws IllegalStateException if another thread is inside a native call or an I/O operation on the memory of a DMA
     *     buffer; everything else is closed and the device reaches that memory no more. Closing again, when the other
     *     thread is done, gives the memory back
     */
    @Override
    void close();
}
