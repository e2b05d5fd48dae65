// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.ring;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;

/** The loops of {@code rings.c} by the driver, through the interface that applications use. */
abstract sealed class PortLoop implements Contender {
    static final int FRAME = 60;
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final int WARM_UPS = 10;

    final MemoryCard card;
    final NetworkPort port;
    final PacketBatch batch;
    private final long batches;
    private boolean warm;

    private PortLoop(MemoryCard card, NetworkPort port, int batch, long batches) {
        this.card = card;
        this.port = port;
        this.batch = port.pool().batch(batch);
        this.batches = batches;
    }

    @Override
    public String name() {
        return "DeviceAccess";
    }

    @Override
    public Measurement work() {
        for (int i = 0; !warm && i < WARM_UPS; i++) {
            run(batches / WARM_UPS);
        }
        warm = true;
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long packets = run(batches);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (packets != batches * batch.capacity()) {
            throw new IllegalStateException(packets + " packets in " + batches + " batches of " + batch.capacity());
        }
        return new Measurement(seconds, packets, seconds, THREADS.getCurrentThreadAllocatedBytes() - allocated, null);
    }

    /** Does it for so many batches, and returns for how many packets. */
    abstract long run(long count);

    /** Takes buffers, sends them, and takes them back when they are sent. */
    static final class Sending extends PortLoop {
        Sending(MemoryCard card, NetworkPort port, int batch, long batches) {
            super(card, port, batch, batches);
        }

        @Override
        long run(long count) {
            long sent = 0;
            for (long round = 0; round < count; round++) {
                port.pool().take(batch, batch.room());
                for (int i = 0; i < batch.size(); i++) {
                    batch.setLength(i, FRAME);
                }
                sent += port.send(batch);
                card.finish();
            }
            return sent;
        }
    }

    /** Receives packets and gives their buffers back. */
    static final class Receiving extends PortLoop {
        private int at;

        Receiving(MemoryCard card, NetworkPort port, int batch, long batches) {
            super(card, port, batch, batches);
        }

        @Override
        long run(long count) {
            long received = 0;
            for (long round = 0; round < count; round++) {
                card.arrive(at, batch.capacity());
                at += batch.capacity();
                received += port.receive(batch);
                batch.giveBack();
            }
            return received;
        }
    }
}
