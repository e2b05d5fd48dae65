// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.drivers.block.CommandRing;
import org.deviceaccess.drivers.block.DiskHardware;
import org.deviceaccess.drivers.block.RecoveringDisk;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.jspecify.annotations.Nullable;

/** A block device: its life from reset to reset (virtio 1.2, 3.1 and 5.2.5), and its queues. */
final class VirtioDiskHardware implements DiskHardware {
    private final VirtioTransport transport;
    private final QueueInterrupts interrupts;
    private final int mostQueues;
    private final int mostDescriptors;
    private final List<Virtqueue> queues = new ArrayList<>();
    private @Nullable BlockConfiguration configuration;
    private @Nullable RequestLayout layout;
    private volatile @Nullable BlockGeometry geometry;

    /**
     * Does nothing to the device.
     *
     * @param mostQueues how many queues are used at the most
     * @param mostDescriptors how many descriptors one of them has at the most
     */
    VirtioDiskHardware(VirtioTransport transport, int mostQueues, int mostDescriptors) {
        this.transport = transport;
        this.interrupts = new QueueInterrupts(transport);
        this.mostQueues = mostQueues;
        this.mostDescriptors = mostDescriptors;
    }

    VirtioTransport transport() {
        return transport;
    }

    QueueInterrupts interrupts() {
        return interrupts;
    }

    BlockConfiguration configuration() {
        return Objects.requireNonNull(configuration, "not started");
    }

    RequestLayout layout() {
        return Objects.requireNonNull(layout, "not started");
    }

    Virtqueue queue(int number) {
        return queues.get(number);
    }

    @Override
    public DeviceAccess device() {
        return transport.device();
    }

    @Override
    public Duration timeout() {
        return transport.timeout();
    }

    @Override
    public void stop() {
        transport.reset();
    }

    @Override
    public void start() {
        transport.negotiate(BlockConfiguration.FEATURES);
        BlockConfiguration found = BlockConfiguration.read(transport);
        if (configuration != null && !configuration.isStillIn(found)) {
            throw transport.changed(configuration + " became " + found);
        }
        int count = Math.min(found.queues(), mostQueues);
        interrupts.enable(count);
        for (int number = 0; number < count; number++) {
            if (number < queues.size()) {
                transport.renewQueue(queues.get(number), interrupts.vector(number));
            } else {
                queues.add(transport.createQueue(number, mostDescriptors, interrupts.vector(number)));
            }
        }
        transport.start();
        if (configuration == null) {
            configuration = found;
            describe(found);
        }
    }

    private void describe(BlockConfiguration found) {
        RequestLayout suitable = RequestLayout.of(
                found,
                transport.has(Features.INDIRECT_DESC),
                queueSize(),
                device().dma().limits().pageSize());
        layout = suitable;
        geometry = found.geometry(
                suitable.longestTransfer(),
                RecoveringDisk.openQueues(queues.size()),
                RecoveringDisk.openDepth(queues.size(), depth()));
    }

    private int queueSize() {
        return queues.stream().mapToInt(Virtqueue::size).min().orElse(0);
    }

    @Override
    public @Nullable String trouble() {
        return transport.trouble("look at the queues");
    }

    @Override
    public BlockGeometry geometry() {
        return Objects.requireNonNull(geometry, "not started");
    }

    @Override
    public DmaConstraints bufferConstraints() {
        DmaConstraints constraints = DmaConstraints.NONE.withAlignment(layout().page());
        return layout().contiguous() ? constraints : constraints.withSegments(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    @Override
    public int queues() {
        return queues.size();
    }

    @Override
    public int depth() {
        return layout().depth(queueSize());
    }

    @Override
    public CommandRing ring(int number, int depth, boolean interrupt) {
        if (interrupt) {
            interrupts.claim(number);
        }
        try {
            return new VirtioRing(this, number, depth, interrupt);
        } catch (RuntimeException e) {
            if (interrupt) {
                interrupts.giveBack(number);
            }
            throw e;
        }
    }

    /** linux/virtio_blk.h: VIRTIO_BLK_S_*. */
    @Override
    public String words(int status) {
        String meaning = switch (status) {
            case 1 -> "input or output error";
            case 2 -> "request unsupported";
            default -> "nothing that virtio knows";
        };
        return meaning + " (status " + status + ")";
    }

    @Override
    public void closeInterrupts() {
        interrupts.close();
    }

    @Override
    public void release() {
        transport.releaseMemory();
    }
}
