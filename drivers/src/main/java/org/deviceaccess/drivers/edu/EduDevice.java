// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.region.RegionId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An edu device that is ready for use.
 *
 * <p>Safe for use by any thread; the device does one operation at a time, and callers queue for it. Each computation
 * and each transfer has the deadline of {@link EduDriverProvider#withTimeout}. All operations throw
 * {@link InterruptedException} if the thread is interrupted before or while it waits,
 * {@link DeviceTimeoutException} if the device is not done in time,
 * {@link org.deviceaccess.spi.error.DeviceFaultException} if it answers what it must not,
 * {@link org.deviceaccess.spi.error.DeviceLostException} if it is gone, and {@link IllegalStateException} if the driver
 * or the device is closed before or meanwhile. With {@link Completion#INTERRUPT} they throw
 * {@link org.deviceaccess.spi.error.InterruptKindAbsentException} if the backend delivers no interrupt, and
 * {@link org.deviceaccess.spi.error.InterruptsInUseException} if somebody else has enabled them.
 *
 * <p>An operation that fails, is interrupted, or whose driver is closed meanwhile returns the caller's buffer only when the device
 * is idle; one that does not become so in time is reset. After an operation that failed the next one waits for the device first. A reset of the device closes its
 * interrupts: close the driver before it and attach it anew.
 */
public final class EduDevice implements Driver {
    /**
     * How many bytes of the device's buffer can be used: all 4,096 but the last, as QEMU 7.2 ends the whole machine when
     * a transfer touches that one (hw/misc/edu.c, edu_check_range).
     */
    public static final int BUFFER_SIZE = 4095;

    private static final Logger LOG = LoggerFactory.getLogger(EduDevice.class);

    private final DeviceAccess device;
    private final DriverClaim claim;
    private final EduRegisters registers;
    private final DmaConstraints constraints;
    private final EduEngines engines;
    private final int identification;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable DmaBuffer staging;
    private boolean released;

    private EduDevice(DeviceAccess device, DriverClaim claim, DmaConstraints constraints, Duration timeout) {
        this.device = device;
        this.claim = claim;
        this.registers =
                new EduRegisters(device.region(RegionId.BAR0), device.address().toString());
        this.constraints = constraints;
        this.engines = new EduEngines(device, registers, timeout);
        this.identification = registers.identify();
    }

    static EduDevice attach(DeviceAccess device, DriverClaim claim, DmaConstraints constraints, Duration timeout) {
        EduDevice edu = new EduDevice(device, claim, constraints, timeout);
        // Two patterns: an answer that never changes cannot be right for both.
        edu.registers.checkLiveness(0x0000_0000);
        edu.registers.checkLiveness(0x1234_5678);
        edu.engines.quiesce();
        return edu;
    }

    /** Returns the version that the device gives, major and minor, such as {@code 1.0}. */
    public String version() {
        return (identification >>> 24) + "." + (identification >>> 16 & 0xff);
    }

    /**
     * Returns what the device's address bits demand of a {@link DmaBuffer} for {@link #copyToDevice} and
     * {@link #copyFromDevice}; any number of pieces is allowed.
     */
    public DmaConstraints dmaConstraints() {
        return constraints.withSegments(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * Checks that the device is there and answers: reads its identification and lets it invert a value.
     *
     * @param pattern any value; the device must answer its complement
     * @throws InterruptedException if the thread is interrupted while another operation is under way
     */
    public void checkLiveness(int pattern) throws InterruptedException {
        begin();
        try {
            registers.identify();
            registers.checkLiveness(pattern);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Computes a factorial. Allocates nothing with {@link Completion#POLLING}.
     *
     * @param n of what, at least 0
     * @param completion how to learn that the device is done
     * @return the low 32 bits of n!, 0 to 2<sup>32</sup> - 1: the whole value up to 12!, and 0 from 34! on
     * @throws IllegalArgumentException if the number is negative
     */
    public long factorial(int n, Completion completion) throws InterruptedException {
        if (n < 0) {
            throw new IllegalArgumentException("there is no factorial of " + n);
        }
        begin();
        try {
            engines.prepare(Engine.FACTORIAL, completion);
            registers.interruptAfterFactorial(completion == Completion.INTERRUPT);
            registers.startFactorial(n);
            engines.complete(Engine.FACTORIAL, completion);
            return Integer.toUnsignedLong(registers.factorialOf(n));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Copies into the device's buffer, by DMA from memory of the driver.
     *
     * @param deviceOffset where in the device's buffer, in bytes
     * @param source what is copied, any memory; nothing is done if it is empty
     * @param completion how to learn that the device is done
     * @throws IndexOutOfBoundsException if the bytes do not fit into the {@value #BUFFER_SIZE} usable ones
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if the backend has no DMA
     * @throws org.deviceaccess.spi.error.DeviceAccessException what
     *     {@link org.deviceaccess.spi.dma.DmaSupport#allocate} throws, on the first copy
     */
    public void write(long deviceOffset, MemorySegment source, Completion completion) throws InterruptedException {
        EduTransfer.checkDeviceRange(deviceOffset, source.byteSize());
        begin();
        try {
            DmaBuffer buffer = idleStaging();
            MemorySegment.copy(source, 0, buffer.memory(), 0, source.byteSize());
            engines.run(new EduTransfer(buffer, 0, deviceOffset, source.byteSize(), false), completion);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Copies out of the device's buffer, by DMA to memory of the driver.
     *
     * @param deviceOffset where in the device's buffer, in bytes
     * @param target what is filled, any memory that can be written; nothing is done if it is empty
     * @param completion how to learn that the device is done
     * @throws IndexOutOfBoundsException if the bytes are not all among the {@value #BUFFER_SIZE} usable ones
     * @throws org.deviceaccess.spi.error.UnsupportedCapabilityException if the backend has no DMA
     * @throws org.deviceaccess.spi.error.DeviceAccessException what
     *     {@link org.deviceaccess.spi.dma.DmaSupport#allocate} throws, on the first copy
     */
    public void read(long deviceOffset, MemorySegment target, Completion completion) throws InterruptedException {
        EduTransfer.checkDeviceRange(deviceOffset, target.byteSize());
        begin();
        try {
            DmaBuffer buffer = idleStaging();
            engines.run(new EduTransfer(buffer, 0, deviceOffset, target.byteSize(), true), completion);
            MemorySegment.copy(buffer.memory(), 0, target, 0, target.byteSize());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Copies from a buffer of the caller into the device's buffer, without a copy in between.
     *
     * @param source a buffer of the same device, that it may read, allocated with {@link #dmaConstraints()}
     * @param sourceOffset where in that buffer, in bytes
     * @param deviceOffset where in the device's buffer, in bytes
     * @param length how many bytes; nothing is done for 0
     * @param completion how to learn that the device is done
     * @throws IndexOutOfBoundsException if the bytes are not all inside the buffer, or do not fit into the
     *     {@value #BUFFER_SIZE} usable ones of the device
     * @throws org.deviceaccess.spi.error.DmaUnreachableException if the buffer was made for another device
     * @throws org.deviceaccess.spi.error.DmaConstraintException if the device cannot drive the buffer's addresses or
     *     may not read it
     */
    public void copyToDevice(DmaBuffer source, long sourceOffset, long deviceOffset, long length, Completion completion)
            throws InterruptedException {
        copy(new EduTransfer(source, sourceOffset, deviceOffset, length, false), completion);
    }

    /**
     * Copies from the device's buffer into a buffer of the caller, without a copy in between.
     *
     * @param deviceOffset where in the device's buffer, in bytes
     * @param target a buffer of the same device, that it may write, allocated with {@link #dmaConstraints()}
     * @param targetOffset where in that buffer, in bytes
     * @param length how many bytes; nothing is done for 0
     * @param completion how to learn that the device is done
     * @throws IndexOutOfBoundsException if the bytes are not all inside the buffer, or not all among the
     *     {@value #BUFFER_SIZE} usable ones of the device
     * @throws org.deviceaccess.spi.error.DmaUnreachableException if the buffer was made for another device
     * @throws org.deviceaccess.spi.error.DmaConstraintException if the device cannot drive the buffer's addresses or
     *     may not write it
     */
    public void copyFromDevice(
            long deviceOffset, DmaBuffer target, long targetOffset, long length, Completion completion)
            throws InterruptedException {
        copy(new EduTransfer(target, targetOffset, deviceOffset, length, true), completion);
    }

    private void copy(EduTransfer transfer, Completion completion) throws InterruptedException {
        transfer.check(device.dma(), constraints);
        begin();
        try {
            engines.run(transfer, completion);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the driver's own memory, when the device is certainly not using it any more. */
    private DmaBuffer idleStaging() throws InterruptedException {
        engines.poll(Engine.DMA);
        DmaBuffer buffer = staging;
        if (buffer == null) {
            buffer = device.dma().allocate(BUFFER_SIZE, constraints);
            staging = buffer;
        }
        return buffer;
    }

    /** Queues for the device. */
    private void begin() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            engines.checkRunning();
        } catch (IllegalStateException e) {
            lock.unlock();
            throw e;
        }
    }

    /**
     * Quiesces the device and gives back its interrupt and the driver's memory.
     *
     * <p>Operations under way, and those that wait for their turn, throw {@link IllegalStateException}.
     *
     * @throws DeviceTimeoutException if the device does not come to rest. The driver is closed all the same, and the
     *     memory that the device may still be using is left to the closing of the device, which stops its DMA first
     */
    @Override
    public void close() {
        engines.stop();
        if (!lock.tryLock()) {
            engines.wake();
            lock.lock();
        }
        try {
            if (!released) {
                released = true;
                release();
            }
        } finally {
            claim.close();
            lock.unlock();
        }
    }

    private void release() {
        try {
            engines.quiesce();
            if (staging != null) {
                staging.close();
            }
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
            // Otherwise the device's own closing has done all of it.
        } catch (DeviceLostException e) {
            LOG.warn("{} was lost before its driver was closed: {}", registers.device(), e.getMessage());
        } finally {
            engines.wake();
        }
    }
}
