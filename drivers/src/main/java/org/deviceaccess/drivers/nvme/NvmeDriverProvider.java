// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.time.Duration;
import java.util.Map;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.DriverMatch;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;

/**
 * The driver of NVMe controllers (NVM Express Base Specification 1.4). Immutable and safe for use by any thread.
 *
 * <p>It needs BAR 0 and DMA. MSI-X is used by queues that wait by interrupt, and by no others.
 */
public final class NvmeDriverProvider implements DriverProvider {
    /** How long a command may take unless said otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** For how many queues the device is asked unless said otherwise; one of them is for synchronous operations. */
    public static final int DEFAULT_QUEUES = 17;

    private static final int MOST_QUEUES = 65_535;
    /** Mass storage, non-volatile memory, NVM Express (NVM Express Base Specification 1.4, 2.1.5). */
    private static final int CLASS_CODE = 0x010802;
    /** The doorbells of the admin queue and of one I/O queue. */
    private static final long LEAST_BAR = NvmeRegisters.DOORBELLS + 0x10;

    private static final int FIRST_NAMESPACE = 0;
    private static final int ADDRESS_BITS = 64;

    private final Duration timeout;
    private final int queues;
    private final int namespace;

    /** Makes the driver with its defaults: the first active namespace, {@link #DEFAULT_QUEUES}, {@link #DEFAULT_TIMEOUT}. */
    public NvmeDriverProvider() {
        this(DEFAULT_TIMEOUT, DEFAULT_QUEUES, FIRST_NAMESPACE);
    }

    private NvmeDriverProvider(Duration timeout, int queues, int namespace) {
        this.timeout = timeout;
        this.queues = queues;
        this.namespace = namespace;
    }

    /**
     * Returns the driver with another deadline for each command.
     *
     * @param limit how long a command may take, more than zero and at most a year
     * @throws IllegalArgumentException if the time is out of range
     */
    public NvmeDriverProvider withTimeout(Duration limit) {
        if (!limit.isPositive() || limit.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("the timeout " + limit + " is not more than zero and at most a year");
        }
        return new NvmeDriverProvider(limit, queues, namespace);
    }

    /**
     * Returns the driver with another number of queues to ask the device for, which may give fewer.
     *
     * @param count how many, 1 to 65,535; one of them is for synchronous operations, which share it if there is only one
     * @throws IllegalArgumentException if the number is out of range
     */
    public NvmeDriverProvider withQueues(int count) {
        if (count < 1 || count > MOST_QUEUES) {
            throw new IllegalArgumentException(count + " queues are not 1 to " + MOST_QUEUES);
        }
        return new NvmeDriverProvider(timeout, count, namespace);
    }

    /**
     * Returns the driver for another namespace than the first.
     *
     * @param id its id, 1 or more
     * @throws IllegalArgumentException if the id is not positive
     */
    public NvmeDriverProvider withNamespace(int id) {
        if (id < 1) {
            throw new IllegalArgumentException("the namespace " + id + " is not 1 or more");
        }
        return new NvmeDriverProvider(timeout, queues, id);
    }

    @Override
    public String name() {
        return "nvme";
    }

    @Override
    public Class<NvmeDevice> type() {
        return NvmeDevice.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return identity.pci() != null && identity.pci().classCode() == CLASS_CODE;
    }

    @Override
    public DriverMatch match(DeviceIdentity identity) {
        return matches(identity) ? DriverMatch.CLASS : DriverMatch.NONE;
    }

    @Override
    public DriverNeeds needs() {
        return DriverNeeds.NONE
                .withRegions(Map.of(RegionId.BAR0, LEAST_BAR))
                .withInterrupts(0, InterruptKind.MSIX)
                .withDma(ADDRESS_BITS);
    }

    @Override
    public NvmeDevice attach(DeviceAccess device) {
        return device.claim(name())
                .hold(claim -> new NvmeDevice(new NvmeHardware(device, timeout, queues, namespace), claim));
    }
}
