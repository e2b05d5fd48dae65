// SPDX-License-Identifier: Apache-2.0

import module java.base;
import module org.deviceaccess.spi;

/**
 * Forwards all packets between two network ports, in both directions, as a cable would.
 *
 * <p>It works with any network ports over any backends: it asks for what it needs and names neither driver nor backend.
 */
static final String USAGE = "usage: PacketForwarder [--seconds SECONDS] PORT PORT";

final AtomicBoolean stopped = new AtomicBoolean();

void main(String[] arguments) throws InterruptedException, ExecutionException {
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        stopped.set(true);
        try {
            closed.await(5, TimeUnit.SECONDS); // so that Ctrl-C leaves the devices at rest
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }));
    int code = 1;
    try {
        code = run(Devices.installed(), arguments);
    } finally {
        closed.countDown();
    }
    System.exit(code);
}

int run(Devices devices, String... arguments) throws InterruptedException, ExecutionException {
    boolean limited = arguments.length == 4 && arguments[0].equals("--seconds");
    if (!limited && (arguments.length != 2 || arguments[0].startsWith("--"))) {
        System.err.println(USAGE);
        return 2;
    }
    double seconds = limited ? Double.parseDouble(arguments[1]) : Double.POSITIVE_INFINITY;
    try (DeviceAccess one = devices.access(arguments[arguments.length - 2]);
            NetworkPort left = Drivers.installed().attach(one, NetworkPort.class);
            DeviceAccess other = devices.access(arguments[arguments.length - 1]);
            NetworkPort right = Drivers.installed().attach(other, NetworkPort.class)) {
        left.setFilter(ReceiveFilter.ALL);
        right.setFilter(ReceiveFilter.ALL);
        List<Direction> directions =
                List.of(new Direction(left, right, stopped), new Direction(right, left, stopped));
        RateLine line = new RateLine();
        // Closed before the ports are: then nobody uses them any more.
        try (ExecutorService threads = Executors.newFixedThreadPool(directions.size())) {
            List<? extends Future<?>> running = directions.stream().map(threads::submit).toList();
            long start = System.nanoTime();
            while (!stopped.get() && (System.nanoTime() - start) / 1e9 < seconds) {
                Thread.sleep(50);
                line.update(directions, () -> missed(left, right));
            }
            stopped.set(true);
            for (Future<?> direction : running) {
                direction.get();
            }
        } finally {
            stopped.set(true);
        }
        line.end();
        IO.println(String.format(
                        Locale.ROOT,
                        "forwarded %d packets there and %d back, %d lost",
                        directions.getFirst().packets,
                        directions.getLast().packets,
                        missed(left, right) + Direction.dropped(directions)));
        return 0;
    }
}

/** Counts what found no buffer at the ports. */
long missed(NetworkPort left, NetworkPort right) {
    return left.statistics().missedPackets() + right.statistics().missedPackets();
}

/** What arrives at one port, and leaves by the other. Each port has memory of its own, so packets are copied. */
static final class Direction implements Callable<Void> {
    private static final int BATCH = 32;
    private static final Duration NAP = Duration.ofMillis(100);

    private final NetworkPort from;
    private final NetworkPort to;
    private final AtomicBoolean stopped;
    private final PacketBatch in;
    private final PacketBatch out;
    // Written by the direction's thread, read by the one that shows them.
    volatile long packets;
    volatile long bytes;
    volatile long dropped;

    Direction(NetworkPort from, NetworkPort to, AtomicBoolean stopped) {
        this.from = from;
        this.to = to;
        this.stopped = stopped;
        this.in = from.pool().batch(BATCH);
        this.out = to.pool().batch(BATCH);
    }

    static long dropped(List<Direction> directions) {
        return directions.stream().mapToLong(direction -> direction.dropped).sum();
    }

    @Override
    public Void call() throws InterruptedException {
        try {
            while (!stopped.get()) {
                if (!sendAll()) {
                    Thread.onSpinWait();
                } else if (receive() == 0) {
                    from.awaitPackets(NAP);
                }
            }
        } finally {
            stopped.set(true); // an error here ends the other direction, too
        }
        return null;
    }

    /** Sends what is left of the last batch; only then is there room for more. */
    private boolean sendAll() {
        to.send(out);
        return out.isEmpty();
    }

    private int receive() {
        int count = from.receive(in);
        int room = to.pool().take(out, count);
        long length = 0;
        for (int i = 0; i < room; i++) {
            MemorySegment.copy(in.memory(i), 0, out.memory(i), 0, in.length(i));
            out.setLength(i, in.length(i));
            length += in.length(i) + 4; // the frame check sequence
        }
        in.giveBack();
        to.send(out);
        packets += room;
        bytes += length;
        dropped += count - room;
        return count;
    }
}

/** What happened in the last second, on standard error: on a terminal one line that is redrawn, elsewhere a line each. */
static final class RateLine {
    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private long then = System.nanoTime();
    private long packetsBefore;
    private long bytesBefore;

    void update(List<Direction> directions, LongSupplier missed) {
        long now = System.nanoTime();
        long nanos = now - then;
        if (nanos < 1_000_000_000L) {
            return;
        }
        long packets = directions.stream().mapToLong(direction -> direction.packets).sum();
        long bytes = directions.stream().mapToLong(direction -> direction.bytes).sum();
        System.err.printf(Locale.ROOT, 
                terminal
                        ? "\rforwarded %8.3f Mpps %9.1f Mbit/s %12d packets, %d lost\033[K"
                        : "forwarded %.3f Mpps %.1f Mbit/s %d packets, %d lost%n",
                (packets - packetsBefore) * 1e3 / nanos,
                (bytes - bytesBefore) * 8e3 / nanos,
                packets,
                missed.getAsLong() + Direction.dropped(directions));
        then = now;
        packetsBefore = packets;
        bytesBefore = bytes;
    }

    void end() {
        if (terminal) {
            System.err.println();
        }
    }
}
