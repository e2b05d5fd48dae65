// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;

/**
 * The driver of Intel's 82574 network cards, which QEMU has as {@code e1000e} (Intel 82574 GbE Controller Family
 * Datasheet). Immutable and safe for use by any thread.
 *
 * <p>It needs BAR 0 and DMA, and uses an interrupt of any kind if there is one.
 */
public final class E1000eDriverProvider implements DriverProvider {
    /** How long the device may take for a reset, a word of its EEPROM or to send a packet unless said otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** How many descriptors each ring has unless said otherwise. */
    public static final int DEFAULT_DESCRIPTORS = 256;

    /** How many buffers of 2,048 bytes there are for packets unless said otherwise. */
    public static final int DEFAULT_BUFFERS = 1024;

    /** Which kinds of interrupts it uses unless said otherwise, the best first. */
    public static final List<InterruptKind> DEFAULT_INTERRUPTS =
            List.of(InterruptKind.MSIX, InterruptKind.MSI, InterruptKind.INTX, InterruptKind.UIO);

    private static final int LEAST_DESCRIPTORS = 8;
    private static final int MOST_DESCRIPTORS = 4096;
    private static final int MOST_BUFFERS = 1 << 20;
    private static final int INTEL = 0x8086;
    private static final int I82574L = 0x10d3;
    private static final int I82574LA = 0x10f6;
    private static final int ADDRESS_BITS = 64;

    private final Duration timeout;
    private final int descriptors;
    private final int buffers;
    private final List<InterruptKind> interrupts;

    /** Makes the driver with its defaults. */
    public E1000eDriverProvider() {
        this(DEFAULT_TIMEOUT, DEFAULT_DESCRIPTORS, DEFAULT_BUFFERS, DEFAULT_INTERRUPTS);
    }

    private E1000eDriverProvider(Duration timeout, int descriptors, int buffers, List<InterruptKind> interrupts) {
        this.timeout = timeout;
        this.descriptors = descriptors;
        this.buffers = buffers;
        this.interrupts = interrupts;
    }

    /**
     * Returns the driver with another deadline for what the device is waited for, and for sending a packet while the link is
     * up: a device that takes longer is reset.
     *
     * @param limit how long it may take, more than zero and at most a year
     * @throws IllegalArgumentException if the time is out of range
     */
    public E1000eDriverProvider withTimeout(Duration limit) {
        if (!limit.isPositive() || limit.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("the timeout " + limit + " is not more than zero and at most a year");
        }
        return new E1000eDriverProvider(limit, descriptors, buffers, interrupts);
    }

    /**
     * Returns the driver with rings of another length.
     *
     * @param count how many descriptors each of the two rings has, a power of two from 8 to 4,096; one of them stays
     *     empty
     * @throws IllegalArgumentException if the number is not such a power of two
     */
    public E1000eDriverProvider withDescriptors(int count) {
        if (Integer.bitCount(count) != 1 || count < LEAST_DESCRIPTORS || count > MOST_DESCRIPTORS) {
            throw new IllegalArgumentException(count + " descriptors are not a power of two from " + LEAST_DESCRIPTORS
                    + " to " + MOST_DESCRIPTORS);
        }
        return new E1000eDriverProvider(timeout, count, buffers, interrupts);
    }

    /**
     * Returns the driver with another number of buffers. Those with which the receive ring is filled are among them, and
     * those of packets that wait to be sent: there are enough with three times as many as a ring has descriptors.
     *
     * @param count how many buffers of 2,048 bytes, 1 to 1,048,576
     * @throws IllegalArgumentException if the number is out of range
     */
    public E1000eDriverProvider withBuffers(int count) {
        if (count < 1 || count > MOST_BUFFERS) {
            throw new IllegalArgumentException(count + " buffers are not 1 to " + MOST_BUFFERS);
        }
        return new E1000eDriverProvider(timeout, descriptors, count, interrupts);
    }

    /**
     * Returns the driver with another choice of interrupts for a thread that waits for packets.
     *
     * @param kinds which may be used, the best first: the first one that the backend has is. With none of them the port is
     *     looked at now and then
     */
    public E1000eDriverProvider withInterrupts(InterruptKind... kinds) {
        return new E1000eDriverProvider(timeout, descriptors, buffers, List.of(kinds));
    }

    @Override
    public String name() {
        return "e1000e";
    }

    @Override
    public Class<E1000ePort> type() {
        return E1000ePort.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return identity.pci() != null
                && (identity.pci().is(INTEL, I82574L) || identity.pci().is(INTEL, I82574LA));
    }

    @Override
    public DriverNeeds needs() {
        return DriverNeeds.NONE
                .withRegions(Map.of(RegionId.BAR0, E1000eRegisters.BAR_SIZE))
                .withInterrupts(0, InterruptKind.MSIX, InterruptKind.MSI, InterruptKind.INTX, InterruptKind.UIO)
                .withDma(ADDRESS_BITS);
    }

    @Override
    public E1000ePort attach(DeviceAccess device) {
        return device.claim(name())
                .hold(claim -> E1000ePort.attach(device, claim, timeout, descriptors, buffers, interrupts));
    }
}
