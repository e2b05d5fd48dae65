// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.jspecify.annotations.Nullable;

/** A driver of the edu device that is as it should be, in steps of which a fault replaces one. */
public class SoundDriver implements Driver {
    static final long LIVENESS = 0x04;
    static final long STATUS = 0x20;
    static final long DMA_COMMAND = 0x98;
    static final int SIZE = 4096;
    private static final Duration DEADLINE = Duration.ofMillis(500);

    final DeviceAccess device;
    final Region bar;

    @Nullable
    DmaBuffer memory;

    @Nullable
    Interrupts interrupts;

    @Nullable
    DriverClaim claim;

    boolean closed;

    SoundDriver(DeviceAccess device) {
        this.device = device;
        this.bar = device.region(RegionId.BAR0);
    }

    /** Attaches, or gives everything back. */
    void attach() {
        identify();
        try {
            allocate();
            enable();
            start();
        } catch (RuntimeException e) {
            try {
                stop();
                giveBack();
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            } finally {
                disable();
            }
            throw e;
        }
    }

    void identify() {
        int id = bar.read32(0);
        if (id == -1) {
            throw new DeviceLostException(failure("it reads as all ones"));
        }
        if ((id & 0xff) != 0xed) {
            throw new DeviceFaultException(failure("it is no edu device"));
        }
    }

    void allocate() {
        memory = device.dma().allocate(SIZE, DmaConstraints.addressBits(28));
    }

    void enable() {
        interrupts = device.interrupts().enableFirst(1, InterruptKind.MSI);
    }

    void start() {
        bar.write32(LIVENESS, 0);
        int answer = bar.read32(LIVENESS);
        if (answer != -1) {
            throw new DeviceFaultException(failure("it does not live"));
        }
        bar.write32(STATUS, 0x80);
    }

    void stop() {
        bar.write32(STATUS, 0);
        awaitIdle();
    }

    void awaitIdle() {
        long start = System.nanoTime();
        while (true) {
            int command = bar.read32(DMA_COMMAND);
            if (command == -1) {
                throw new DeviceLostException(failure("it reads as all ones"));
            }
            if ((command & 1) == 0) {
                return;
            }
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                throw new DeviceTimeoutException(failure("it does not come to rest"));
            }
        }
    }

    void giveBack() {
        if (memory != null) {
            memory.close();
        }
    }

    void disable() {
        if (interrupts != null) {
            interrupts.close();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                try {
                    release();
                } finally {
                    unclaim();
                }
            }
        }
    }

    void release() {
        try {
            stop();
            giveBack();
        } catch (DeviceLostException e) {
            // The memory is left to the device's closing.
            return;
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
        } finally {
            disable();
        }
    }

    void unclaim() {
        if (claim != null) {
            claim.close();
        }
    }

    static Failure failure(String what) {
        return Failure.during("use the edu device").because(what).remedy("Reset it");
    }
}
