// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.time.Duration;
import java.util.Map;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;

/**
 * The driver of edu devices. Immutable and safe for use by any thread.
 *
 * <p>The driver needs BAR 0 and nothing else. It takes the interrupt and memory for DMA when a call first wants them, so
 * that it serves also where a backend has none.
 */
public final class EduDriverProvider implements DriverProvider {
    /** The address bits that the device drives unless it is told otherwise ("Command line switches": {@code dma_mask}). */
    public static final int DEFAULT_ADDRESS_BITS = 28;

    /** How long the device may take for one operation unless said otherwise: long for an emulated one on a busy host. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private static final int VENDOR = 0x1234;
    private static final int DEVICE = 0x11e8;

    private final int addressBits;
    private final Duration timeout;

    /** Makes the driver for a device as the specification has it. */
    public EduDriverProvider() {
        this(DEFAULT_ADDRESS_BITS, DEFAULT_TIMEOUT);
    }

    private EduDriverProvider(int addressBits, Duration timeout) {
        this.addressBits = addressBits;
        this.timeout = timeout;
    }

    /**
     * Returns the driver for a device with another {@code dma_mask}, which cannot be read from the device.
     *
     * @param bits how many address bits the device drives, 1 to 64
     * @throws IllegalArgumentException if the number is not 1 to 64
     */
    public EduDriverProvider withAddressBits(int bits) {
        return new EduDriverProvider(DmaConstraints.addressBits(bits).addressBits(), timeout);
    }

    /**
     * Returns the driver with another deadline for each operation.
     *
     * @param limit how long the device may take, more than zero
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public EduDriverProvider withTimeout(Duration limit) {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("the timeout " + limit + " is not more than zero");
        }
        return new EduDriverProvider(addressBits, limit);
    }

    @Override
    public String name() {
        return "edu";
    }

    @Override
    public Class<EduDevice> type() {
        return EduDevice.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return identity.pci() != null && identity.pci().is(VENDOR, DEVICE);
    }

    @Override
    public DriverNeeds needs() {
        return DriverNeeds.NONE
                .withRegions(Map.of(RegionId.BAR0, EduRegisters.BAR_SIZE))
                .withInterrupts(0, InterruptKind.MSI, InterruptKind.INTX, InterruptKind.UIO);
    }

    @Override
    public EduDevice attach(DeviceAccess device) {
        return device.claim(name())
                .hold(claim -> EduDevice.attach(device, claim, DmaConstraints.addressBits(addressBits), timeout));
    }
}
