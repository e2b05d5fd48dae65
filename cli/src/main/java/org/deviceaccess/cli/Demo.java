// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.drivers.edu.Completion;
import org.deviceaccess.drivers.edu.EduDevice;
import org.deviceaccess.drivers.edu.EduDriverProvider;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;

/**
 * The steps on an open edu device. Its registers are those of QEMU, docs/specs/edu.rst.
 *
 * @param steps takes down what is done
 * @param device the open device
 * @param driver its driver
 */
record Demo(DemoSteps steps, DeviceAccess device, EduDriverProvider driver) {
    private static final int GIVEN = 0x1234_5678;
    private static final int NUMBER = 12;
    private static final long FACTORIAL = 479_001_600;
    private static final byte UNTOUCHED = 0x55;

    void run() throws Exception {
        Region bar0 = device.region(RegionId.BAR0);
        steps.run("read a register", () -> String.format(Locale.ROOT, "BAR0 + 0x00 holds 0x%08x", bar0.read32(0x00)));
        steps.run("write one and read it back", () -> {
            bar0.write32(0x04, GIVEN);
            int inverse = bar0.read32(0x04);
            if (inverse != ~GIVEN) {
                throw wrong(
                        "write a register and read it back",
                        String.format(
                                Locale.ROOT,
                                "BAR0 + 0x04 was given 0x%08x and holds 0x%08x instead of the inverse",
                                GIVEN,
                                inverse));
            }
            return String.format(
                    Locale.ROOT, "BAR0 + 0x04 was given 0x%08x and holds the inverse, 0x%08x", GIVEN, inverse);
        });
        try (EduDevice edu = steps.run(
                "attach the driver",
                () -> Drivers.of(driver).attach(device, EduDevice.class),
                attached -> "edu, for a device of version " + attached.version())) {
            factorial(edu, Completion.POLLING);
            if (device.interrupts().kinds().isEmpty()) {
                steps.leaveOut("compute by interrupt", device.address() + " delivers no interrupt");
            } else {
                factorial(edu, Completion.INTERRUPT);
            }
            if (device.capabilities().contains(Capability.DMA)) {
                copy(edu);
                refusal(edu, bar0);
            } else {
                steps.leaveOut("copy by DMA", device.address() + " has no DMA");
            }
        }
    }

    private void factorial(EduDevice edu, Completion completion) throws Exception {
        String how = completion.name().toLowerCase(Locale.ROOT);
        steps.run("compute " + NUMBER + "! by " + how, () -> {
            long start = System.nanoTime();
            long result = edu.factorial(NUMBER, completion);
            double millis = (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
            if (result != FACTORIAL) {
                throw wrong("compute " + NUMBER + "!", "the device says " + result + ", and it is " + FACTORIAL);
            }
            return String.format(Locale.ROOT, "%d, after %.2f ms", result, millis);
        });
    }

    private void copy(EduDevice edu) throws Exception {
        byte[] sent = new byte[EduDevice.BUFFER_SIZE];
        new Random(1).nextBytes(sent);
        byte[] received = new byte[sent.length];
        steps.run("copy to the device by DMA", () -> {
            edu.write(0, MemorySegment.ofArray(sent), Completion.POLLING);
            return sent.length + " random bytes";
        });
        steps.run("copy back by DMA and compare", () -> {
            edu.read(0, MemorySegment.ofArray(received), Completion.POLLING);
            long difference = MemorySegment.ofArray(sent).mismatch(MemorySegment.ofArray(received));
            if (difference >= 0) {
                throw wrong("copy by DMA", "byte " + difference + " came back changed");
            }
            return "all " + received.length + " bytes are the same";
        });
    }

    /** Lets the device write memory, takes that memory away from it, and lets it try again. */
    private void refusal(EduDevice edu, Region bar0) throws Exception {
        String title = "DMA to memory taken away again";
        if (device.trust() != TrustLevel.IOMMU && device.trust() != TrustLevel.SIMULATED) {
            steps.leaveOut(title, "there is no IOMMU to refuse it");
            return;
        }
        if (!device.capabilities().contains(Capability.DMA_MAP)) {
            steps.leaveOut(title, device.address() + " cannot map the caller's memory");
            return;
        }
        steps.run(title, () -> {
            DmaSupport dma = device.dma();
            long page = dma.limits().pageSize();
            try (Arena arena = Arena.ofShared()) {
                MemorySegment memory = arena.allocate(page, page).fill(UNTOUCHED);
                long address;
                try (DmaBuffer mapping = dma.map(memory, edu.dmaConstraints())) {
                    address = mapping.deviceAddress();
                    edu.copyFromDevice(0, mapping, 0, EduDevice.BUFFER_SIZE, Completion.POLLING);
                }
                if (isUntouched(memory)) {
                    throw wrong("write memory by DMA", "nothing arrived while the memory was mapped");
                }
                memory.fill(UNTOUCHED);
                transferTo(address, bar0);
                if (!isUntouched(memory)) {
                    throw wrong("refuse DMA", "the device wrote memory that had been taken away from it");
                }
                return String.format(Locale.ROOT, "refused: address 0x%x leads nowhere any more", address);
            }
        });
    }

    /** By hand, as the driver lets nobody do this. */
    private void transferTo(long address, Region bar0) {
        long deadline = System.nanoTime() + EduDriverProvider.DEFAULT_TIMEOUT.toNanos();
        bar0.write64(0x80, 0x40000); // DMA source: the device's buffer
        bar0.write64(0x88, address); // DMA destination
        bar0.write64(0x90, EduDevice.BUFFER_SIZE); // DMA transfer count
        bar0.write64(0x98, 0x01 | 0x02); // DMA command: start, from the device to memory
        while ((bar0.read32(0x98) & 0x01) != 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new DeviceTimeoutException(Failure.during("copy by DMA of " + device.address())
                        .because("the device is still at it after " + EduDriverProvider.DEFAULT_TIMEOUT.toMillis()
                                + " ms"));
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    private static boolean isUntouched(MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            return memory.mismatch(arena.allocate(memory.byteSize()).fill(UNTOUCHED)) < 0;
        }
    }

    private DeviceFaultException wrong(String operation, String detail) {
        return new DeviceFaultException(Failure.during(operation + " with " + device.address())
                .because(detail)
                .remedy("Prove the backend: ./deviceaccess tck " + device.address()));
    }
}
