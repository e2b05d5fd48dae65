// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;

/**
 * Faults, resets and closes at any time, while threads send, receive and wait: each round attaches to two wired cards, lets
 * six threads use them, disturbs them, and closes both.
 *
 * <p>Packets may get lost. But each that arrives is whole, was sent, and arrives once; who is told that a port is closed is
 * told so only when it is; in every second round or so the threads stop before the ports are closed, and then each buffer is
 * free or in the receive ring; nothing takes longer than it may.
 */
final class PortStorm {
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMillis(5);
    private static final int BATCH = 16;

    private final PortRig.Open devices;
    private final Duration timeout;
    private final List<Runnable> disturbances;
    private final long longestPause;
    private final SplittableRandom random;
    private final NumberedPackets packets = new NumberedPackets();

    /**
     * Prepares a storm.
     *
     * @param timeout how long a card may take to send a packet
     * @param disturbances what is done to the cards besides closing
     * @param longestPause up to how many nanoseconds lie between two disturbances
     */
    PortStorm(PortRig.Open devices, Duration timeout, List<Runnable> disturbances, long longestPause, long seed) {
        this.devices = devices;
        this.timeout = timeout;
        this.disturbances = disturbances;
        this.longestPause = longestPause;
        this.random = new SplittableRandom(seed);
    }

    /** Runs rounds; {@code afterEach} looks at the devices when both ports are closed. */
    void run(int rounds, Runnable afterEach) throws Exception {
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            try (PortRig.Ports ports = devices.rig.attach(devices, timeout)) {
                runRound(ports, random.nextBoolean());
            }
            afterEach.run();
            assertTrue(System.nanoTime() - start < LONGEST_ROUND.toNanos(), "round " + round + " took too long");
        }
        assertTrue(packets.arrived() > rounds, () -> packets.arrived() + " packets arrived in " + rounds + " rounds");
    }

    @SuppressWarnings("try") // the ports are closed before the end of the threads is waited for
    private void runRound(PortRig.Ports ports, boolean calm) throws Exception {
        NetworkPort left = ports.left();
        NetworkPort right = ports.right();
        try (ExecutorService threads = random.nextBoolean()
                        ? Executors.newVirtualThreadPerTaskExecutor()
                        : Executors.newCachedThreadPool();
                PortRig.Ports closed = ports) {
            Users users = new Users(threads, packets, calm ? PATIENCE : Flows.LONG);
            users.send(left, right.mac());
            users.send(right, left.mac());
            users.receive(left);
            users.receive(right);
            users.await(left);
            users.await(right);
            for (int i = random.nextInt(3); i > 0; i--) {
                LockSupport.parkNanos(random.nextLong(longestPause));
                disturb(disturbances.get(random.nextInt(disturbances.size())));
            }
            LockSupport.parkNanos(random.nextLong(longestPause));
            if (calm) {
                users.stop();
                users.awaitEnd();
                awaitAllSent(left);
                awaitAllSent(right);
                assertAllBuffersAreThere(left);
                assertAllBuffersAreThere(right);
            }
            users.expectClosing();
            // Not one of the threads above: virtual ones that are busy may keep another from ever beginning.
            FutureTask<?> other = new FutureTask<>(left::close, null);
            Thread.ofPlatform().start(other);
            right.close();
            other.get(LONGEST_ROUND.toSeconds(), TimeUnit.SECONDS);
            users.awaitEnd();
        }
    }

    private static void disturb(Runnable disturbance) {
        try {
            disturbance.run();
        } catch (DeviceAccessException e) {
            // A reset that meets another may fail; what it must not do is looked at elsewhere.
            return;
        }
    }

    private static void awaitAllSent(NetworkPort port) throws InterruptedException {
        long start = System.nanoTime();
        while (port.underWay() > 0) {
            assertTrue(System.nanoTime() - start < LONGEST_ROUND.toNanos(), "packets are under way for ever");
            Thread.sleep(1);
        }
    }

    private void assertAllBuffersAreThere(NetworkPort port) throws InterruptedException {
        PacketBatch in = port.pool().batch(BATCH);
        while (port.awaitPackets(PATIENCE)) {
            port.receive(in);
            for (int i = 0; i < in.size(); i++) {
                packets.check(in.memory(i), in.length(i));
            }
            in.giveBack();
        }
        assertEquals(
                port.pool().size() - devices.rig.card().posted(Card.DESCRIPTORS),
                port.pool().available(),
                "free buffers when the ring is filled");
    }

    /** Threads that use ports until they are stopped or the ports are closed. */
    private static final class Users {
        /** One use of a port. */
        @FunctionalInterface
        interface Use {
            void once(PacketBatch batch) throws InterruptedException;
        }

        private final ExecutorService threads;
        private final NumberedPackets packets;
        private final Duration patience;
        private final List<Future<?>> running = new ArrayList<>();
        private volatile boolean stopped;
        private volatile boolean closing;

        Users(ExecutorService threads, NumberedPackets packets, Duration patience) {
            this.threads = threads;
            this.packets = packets;
            this.patience = patience;
        }

        void send(NetworkPort port, MacAddress destination) {
            MacAddress source = port.mac();
            start(port, out -> {
                int first = out.size();
                port.pool().take(out, out.room());
                for (int i = first; i < out.size(); i++) {
                    packets.fill(out, i, destination, source);
                }
                port.send(out);
                port.underWay();
                letOthersRun();
            });
        }

        void receive(NetworkPort port) {
            start(port, in -> {
                if (port.receive(in) == 0) {
                    port.awaitPackets(patience);
                }
                for (int i = 0; i < in.size(); i++) {
                    packets.check(in.memory(i), in.length(i));
                }
                in.giveBack();
            });
        }

        void await(NetworkPort port) {
            start(port, unused -> {
                if (port.awaitPackets(patience)) {
                    letOthersRun();
                }
            });
        }

        /**
         * Gives the processor away, also one that carries virtual threads. {@link Thread#yield} is not enough: two virtual threads
         * that do nothing else take turns on their carrier for ever, and those that wait for one elsewhere never get it.
         */
        private static void letOthersRun() {
            LockSupport.parkNanos(1_000);
        }

        private void start(NetworkPort port, Use use) {
            running.add(threads.submit(() -> {
                PacketBatch batch = port.pool().batch(BATCH);
                try {
                    while (!stopped) {
                        try {
                            use.once(batch);
                        } catch (DeviceAccessException e) {
                            // What a disturbance led to; the next turn tells whether the port works.
                            letOthersRun();
                        }
                    }
                } catch (IllegalStateException e) {
                    if (!closing) {
                        throw e;
                    }
                } finally {
                    batch.giveBack();
                }
                return null;
            }));
        }

        void stop() {
            stopped = true;
        }

        void expectClosing() {
            closing = true;
        }

        void awaitEnd() throws Exception {
            for (Future<?> each : running) {
                each.get(LONGEST_ROUND.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }
}
