// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/** QEMU's edu device, bare (QEMU docs/specs/edu.rst). */
public record Edu(DeviceAccess device, Region bar) implements AutoCloseable {

    public static final int ID = 0x010000ed;
    public static final long LIVENESS = 0x04;
    public static final long FACTORIAL = 0x08;
    public static final long STATUS = 0x20;
    public static final int STATUS_COMPUTING = 0x01;
    public static final long IRQ_STATUS = 0x24;
    public static final long IRQ_RAISE = 0x60;
    public static final long IRQ_ACKNOWLEDGE = 0x64;
    public static final long DMA_SOURCE = 0x80;
    public static final long DMA_DESTINATION = 0x88;
    public static final long DMA_COUNT = 0x90;
    public static final long DMA_COMMAND = 0x98;
    public static final int DMA_START = 0x1;
    public static final int DMA_TO_MEMORY = 0x2;
    public static final long BUFFER = 0x40000;

    private static final long TIMEOUT_NANOS = Duration.ofSeconds(20).toNanos();

    public static Edu open(String address) {
        DeviceAccess device = Devices.open(address);
        return new Edu(device, device.region(RegionId.BAR0));
    }

    /** Raises an interrupt with the bits of the value. */
    public void raise(int value) {
        bar.write32(IRQ_RAISE, value);
    }

    public void acknowledge() {
        bar.write32(IRQ_ACKNOWLEDGE, bar.read32(IRQ_STATUS));
    }

    /** Lets the device copy memory into its buffer, or try to. */
    public void readMemory(long deviceAddress, long offset, int length) {
        transfer(deviceAddress, BUFFER + offset, length, 0);
    }

    /** Lets the device copy its buffer into memory, or try to. */
    public void writeMemory(long deviceAddress, long offset, int length) {
        transfer(BUFFER + offset, deviceAddress, length, DMA_TO_MEMORY);
    }

    private void transfer(long source, long destination, int length, int direction) {
        bar.write64(DMA_SOURCE, source);
        bar.write64(DMA_DESTINATION, destination);
        bar.write64(DMA_COUNT, length);
        bar.write64(DMA_COMMAND, DMA_START | direction);
        waitWhile(DMA_COMMAND, DMA_START);
    }

    public void waitWhile(long register, int bits) {
        long start = System.nanoTime();
        while ((bar.read32(register) & bits) != 0) {
            if (System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new AssertionError("the device does not finish");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
