// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.time.Duration;
import java.util.List;
import org.deviceaccess.drivers.block.SynchronousCommands;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.region.RegionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One namespace of an NVMe controller that is ready for use.
 *
 * <p>Safe for use by any thread. Synchronous operations are polled, on a queue of their own. A command that is not done
 * within {@link NvmeDriverProvider#withTimeout} is aborted; if that does not help, the controller is reset, which ends
 * the commands of all queues with {@link org.deviceaccess.spi.block.BlockStatus#ABORTED}. The same happens when the
 * device is reset by {@link DeviceAccess#reset} or the controller reports a fatal error. Queues go on after a reset. If it
 * fails, all operations throw {@link org.deviceaccess.spi.error.ResetFailedException}.
 */
public final class NvmeDevice implements BlockDevice {
    private static final Logger LOG = LoggerFactory.getLogger(NvmeDevice.class);
    private static final int SYNCHRONOUS_DEPTH = 1;

    private final DeviceAccess device;
    private final NvmeController controller;
    private final ControllerIdentity identity;
    private final Namespace namespace;
    private final MessageVectors vectors;
    private final SynchronousCommands commands;
    private boolean released;

    private NvmeDevice(DeviceAccess device, NvmeController controller, int wantedNamespace) {
        this.device = device;
        this.controller = controller;
        controller.start();
        this.identity = controller.identify();
        String name = controller.registers().device();
        if (!identity.takesStandardEntries()) {
            throw new MalformedDeviceException(Failure.during("attach to " + name)
                    .because("it does not take queue entries of 64 and 16 bytes (SQES, CQES)")
                    .remedy("Reset the device; if it stays so, it is defective"));
        }
        int id = wantedNamespace != 0 ? wantedNamespace : firstNamespace(name);
        this.namespace = Namespace.of(controller.identifyNamespace(id), identity, controller);
        this.vectors = new MessageVectors(device, controller.queueCount());
        this.commands = new SynchronousCommands(
                NvmeQueue.open(device, controller, namespace, SYNCHRONOUS_DEPTH, null), namespace.geometry());
    }

    static NvmeDevice attach(DeviceAccess device, Duration timeout, int queues, int namespace) {
        NvmeRegisters registers =
                new NvmeRegisters(device.region(RegionId.BAR0), device.address().toString());
        ControllerCapabilities capabilities = ControllerCapabilities.of(registers);
        AdminQueue admin = new AdminQueue(device, registers, capabilities);
        NvmeController controller = new NvmeController(registers, capabilities, admin, timeout, queues);
        try {
            return new NvmeDevice(device, controller, namespace);
        } catch (RuntimeException e) {
            controller.stop();
            try {
                controller.shutDown();
            } catch (DeviceAccessException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Returns what the controller says of itself. */
    public ControllerIdentity identity() {
        return identity;
    }

    /** Returns the version of the specification that the controller follows: {@code 1.4.0}. */
    public String version() {
        int version = controller.registers().version();
        return (version >>> 16) + "." + (version >>> 8 & 0xff) + "." + (version & 0xff);
    }

    /** Returns the ids of the active namespaces, ascending; there may be more than the 1,024 that are listed. */
    public List<Integer> namespaces() {
        return controller.namespaces();
    }

    /** Returns the id of the namespace that this is. */
    public int namespace() {
        return namespace.id();
    }

    /** Returns the device's own account of its health (SMART). */
    public Health health() {
        return controller.health();
    }

    /**
     * Resets the controller. Commands that are under way end as aborted; queues go on.
     *
     * @throws DeviceAccessException if it does not come back
     */
    public void reset() {
        controller.reset(controller.generation(), "it was asked for");
    }

    @Override
    public BlockGeometry geometry() {
        return namespace.geometry();
    }

    @Override
    public DmaConstraints bufferConstraints() {
        return DmaConstraints.NONE
                .withAlignment(controller.capabilities().pageSize())
                .withSegments(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    @Override
    public DmaBuffer allocate(long size) {
        return device.dma().allocate(size, bufferConstraints());
    }

    @Override
    public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
        commands.transfer(false, lba, blocks, buffer, offset);
    }

    @Override
    public void write(long lba, int blocks, DmaBuffer buffer, long offset) {
        commands.transfer(true, lba, blocks, buffer, offset);
    }

    @Override
    public void flush() {
        commands.flush();
    }

    @Override
    public void trim(long lba, long blocks) {
        commands.trim(lba, blocks);
    }

    @Override
    public BlockQueue openQueue(int depth, Waiting waiting) {
        if (depth < 1 || depth > geometry().maxQueueDepth()) {
            throw new IllegalArgumentException(
                    "the depth " + depth + " is not 1 to " + geometry().maxQueueDepth());
        }
        return NvmeQueue.open(device, controller, namespace, depth, waiting == Waiting.INTERRUPT ? vectors : null);
    }

    private int firstNamespace(String name) {
        List<Integer> all = controller.namespaces();
        if (all.isEmpty()) {
            throw new UnsupportedCapabilityException(Failure.during("attach to " + name)
                    .because("it has no active namespace")
                    .remedy("Create one and attach it to the controller, with other tools"));
        }
        return all.getFirst();
    }

    /**
     * Shuts the controller down and gives back interrupts and memory. Threads that wait throw
     * {@link IllegalStateException}; commands that are under way end somehow.
     *
     * @throws org.deviceaccess.spi.error.DeviceTimeoutException if the device does not come to rest. The driver is closed
     *     all the same, and memory that the device may still be using is left to the closing of the device, which stops its
     *     DMA first
     */
    @Override
    public synchronized void close() {
        if (released) {
            return;
        }
        released = true;
        controller.stop();
        try {
            controller.shutDown();
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
            // Otherwise the device's own closing has done all of it.
        } catch (DeviceLostException e) {
            LOG.warn("{} was lost before its driver was closed: {}", device.address(), e.getMessage());
        } finally {
            vectors.close();
        }
    }
}
