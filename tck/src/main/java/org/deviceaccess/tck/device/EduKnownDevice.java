// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.device;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/** QEMU's educational device (docs/specs/edu.rst of QEMU) and models of it. */
public final class EduKnownDevice implements KnownDevice {
    private static final int VENDOR = 0x1234;
    private static final int DEVICE = 0x11e8;

    private static final long IDENTIFICATION = 0x00;
    private static final long LIVENESS = 0x04;
    private static final long STATUS = 0x20;
    private static final long INTERRUPT_STATUS = 0x24;
    private static final long INTERRUPT_RAISE = 0x60;
    private static final long INTERRUPT_ACKNOWLEDGE = 0x64;
    private static final long DMA_SOURCE = 0x80;
    private static final long DMA_DESTINATION = 0x88;
    private static final long DMA_COUNT = 0x90;
    private static final long DMA_COMMAND = 0x98;

    private static final int IDENTIFICATION_VALUE = 0x0100_00ed;
    private static final int STATUS_COMPUTING = 0x01;
    private static final long DMA_START = 0x1;
    private static final long DMA_TO_MEMORY = 0x2;
    private static final long DMA_BUFFER = 0x40000;
    private static final int DMA_ADDRESS_BITS = 28;
    // The buffer has 4,096 bytes, but QEMU aborts where a transfer touches its end.
    private static final int DMA_MAX_LENGTH = 2048;
    private static final Duration DMA_TIMEOUT = Duration.ofSeconds(20);

    private static final int CAUSE = 0x1;
    private static final int OTHER_CAUSES = 0x6;

    /** Knows the device from its specification; nothing is needed to make one. */
    public EduKnownDevice() {}

    @Override
    public String name() {
        return "edu";
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        PciId pci = identity.pci();
        return pci != null && pci.is(VENDOR, DEVICE);
    }

    @Override
    public void quiesce(DeviceAccess device) {
        Region registers = device.region(RegionId.BAR0);
        registers.write32(STATUS, 0);
        awaitIdle(device, registers);
        acknowledge(device);
    }

    @Override
    public RegisterAddress constant() {
        return new RegisterAddress(RegionId.BAR0, IDENTIFICATION);
    }

    @Override
    public int constantValue() {
        return IDENTIFICATION_VALUE;
    }

    @Override
    public RegisterAddress scratch() {
        return new RegisterAddress(RegionId.BAR0, LIVENESS);
    }

    @Override
    public int scratchReads(int written) {
        return ~written;
    }

    @Override
    public Set<InterruptKind> raises() {
        return Set.of(InterruptKind.INTX, InterruptKind.MSI);
    }

    @Override
    public void raise(DeviceAccess device) {
        Region registers = device.region(RegionId.BAR0);
        registers.write32(INTERRUPT_RAISE, CAUSE);
        registers.read32(INTERRUPT_STATUS);
    }

    @Override
    public void acknowledge(DeviceAccess device) {
        Region registers = device.region(RegionId.BAR0);
        registers.write32(INTERRUPT_ACKNOWLEDGE, registers.read32(INTERRUPT_STATUS));
        registers.read32(INTERRUPT_STATUS);
    }

    /** Raises causes and takes them back: two writes leave none, a single one of 64 bits is ignored below 0x80. */
    @Override
    public Optional<Boolean> seesAdjacentWrites(DeviceAccess device) {
        Region registers = device.region(RegionId.BAR0);
        registers.write32(INTERRUPT_RAISE, CAUSE);
        registers.write32(INTERRUPT_RAISE, OTHER_CAUSES);
        registers.write32(INTERRUPT_ACKNOWLEDGE, CAUSE | OTHER_CAUSES);
        return Optional.of(registers.read32(INTERRUPT_STATUS) == 0);
    }

    @Override
    public Optional<KnownDma> dma() {
        return Optional.of(new EduDma());
    }

    private static void awaitIdle(DeviceAccess device, Region registers) {
        long deadline = System.nanoTime() + DMA_TIMEOUT.toNanos();
        while ((registers.read64(DMA_COMMAND) & DMA_START) != 0 || (registers.read32(STATUS) & STATUS_COMPUTING) != 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new DeviceTimeoutException(Failure.during("wait for " + device.address() + " to come to rest")
                        .because("it is still busy after " + DMA_TIMEOUT.toSeconds() + " s"));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            // The transfer goes on whether or not anyone waits, and must not run into the next step.
            Thread.currentThread().interrupt();
            Thread.onSpinWait();
        }
    }

    private static final class EduDma implements KnownDma {
        @Override
        public int addressBits() {
            return DMA_ADDRESS_BITS;
        }

        @Override
        public int maxLength() {
            return DMA_MAX_LENGTH;
        }

        @Override
        public void load(DeviceAccess device, long deviceAddress, int length) {
            transfer(device, deviceAddress, DMA_BUFFER, length, DMA_START);
        }

        @Override
        public void store(DeviceAccess device, long deviceAddress, int length) {
            transfer(device, DMA_BUFFER, deviceAddress, length, DMA_START | DMA_TO_MEMORY);
        }

        private static void transfer(DeviceAccess device, long source, long destination, int length, long command) {
            Region registers = device.region(RegionId.BAR0);
            registers.write64(DMA_SOURCE, source);
            registers.write64(DMA_DESTINATION, destination);
            registers.write64(DMA_COUNT, length);
            registers.write64(DMA_COMMAND, command);
            awaitIdle(device, registers);
        }
    }
}
