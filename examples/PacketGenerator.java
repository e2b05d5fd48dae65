// SPDX-License-Identifier: Apache-2.0

import module java.base;
import module org.deviceaccess.spi;

/**
 * Sends numbered packets from one network port and, given a second one that they arrive at, verifies each of them.
 *
 * <p>It works with any network port over any backend: it asks for what it needs and names neither driver nor backend.
 */
static final String USAGE = """
        usage: PacketGenerator [OPTION...] SENDER [RECEIVER]
          --size BYTES      how long a packet is, with frame check sequence, from 64 (default 64)
          --rate PACKETS    how many are sent in a second (default as many as it takes)
          --count PACKETS   how many are sent (default until it is stopped)
          --seconds SECONDS how long they are sent at the most
          --window PACKETS  how many may be on the way to RECEIVER (default any number)
          --to ADDRESS      whom they are for (default RECEIVER, or all stations)""";

final AtomicBoolean stopped = new AtomicBoolean();

void main(String[] arguments) throws InterruptedException {
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

int run(Devices devices, String... arguments) throws InterruptedException {
    Map<String, String> options = new HashMap<>();
    List<String> ports = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
        if (!arguments[i].startsWith("--")) {
            ports.add(arguments[i]);
        } else if (USAGE.contains("  " + arguments[i] + " ") && i + 1 < arguments.length) {
            options.put(arguments[i], arguments[++i]);
        } else {
            ports.clear();
            break;
        }
    }
    if (ports.isEmpty() || ports.size() > 2) {
        System.err.println(USAGE);
        return 2;
    }
    try (DeviceAccess out = devices.access(ports.getFirst());
            NetworkPort sender = Drivers.installed().attach(out, NetworkPort.class);
            DeviceAccess in = ports.size() > 1 ? devices.access(ports.getLast()) : null;
            NetworkPort receiver = in == null ? null : Drivers.installed().attach(in, NetworkPort.class)) {
        MacAddress to = receiver == null ? MacAddress.BROADCAST : receiver.mac();
        Plan plan = new Plan(
                options.containsKey("--to") ? MacAddress.parse(options.get("--to")) : to,
                Integer.parseInt(options.getOrDefault("--size", "64")) - 4,
                Long.parseLong(options.getOrDefault("--rate", "0")),
                Long.parseLong(options.getOrDefault("--count", Long.toString(Long.MAX_VALUE))),
                Double.parseDouble(options.getOrDefault("--seconds", "1e9")),
                Long.parseLong(options.getOrDefault("--window", Long.toString(Long.MAX_VALUE))));
        if (plan.length < Packet.SHORTEST || plan.length > sender.maxPacketLength()) {
            System.err.println("a packet has 64 to " + (sender.maxPacketLength() + 4) + " bytes here");
            return 2;
        }
        for (NetworkPort port : receiver == null ? List.of(sender) : List.of(sender, receiver)) {
            if (!awaitLink(port)) {
                System.err.println("no link in 10 s");
                return 1;
            }
        }
        return new Generator(plan, sender, receiver, stopped).run() ? 0 : 1;
    }
}

boolean awaitLink(NetworkPort port) throws InterruptedException {
    long start = System.nanoTime();
    while (!port.link().up()) {
        if (stopped.get() || System.nanoTime() - start > 10_000_000_000L) {
            return false;
        }
        Thread.sleep(10);
    }
    return true;
}

/** What is to be sent. */
record Plan(MacAddress to, int length, long rate, long count, double seconds, long window) {}

/** What is in a packet: Ethernet header, number, words that follow from the number, and a checksum of them. */
static final class Packet {
    static final int SHORTEST = 60;
    private static final ValueLayout.OfShort INT16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final short LOCAL_EXPERIMENT = (short) 0x88b5; // IEEE 802, table 9-3
    private static final int TYPE = 12;
    private static final int NUMBER = 14;
    private static final int DATA = 22;

    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer[] views; // one for each buffer, made once: there is no object for a packet

    Packet(PacketPool pool) {
        views = new ByteBuffer[pool.size()];
        Arrays.setAll(views, buffer -> pool.memory(buffer).asByteBuffer());
    }

    void write(PacketBatch batch, int index, MacAddress to, MacAddress from, long number, int length) {
        MemorySegment packet = batch.memory(index);
        packet.set(INT32, 0, (int) (to.bits() >>> 16));
        packet.set(INT16, 4, (short) to.bits());
        packet.set(INT16, 6, (short) (from.bits() >>> 32));
        packet.set(INT32, 8, (int) from.bits());
        packet.set(INT16, TYPE, LOCAL_EXPERIMENT);
        packet.set(INT64, NUMBER, number);
        int end = length - Integer.BYTES;
        for (int at = DATA; at < end; at += Long.BYTES) {
            packet.set(INT64, at, number * 0x9e3779b97f4a7c15L + at); // the buffer is longer than the packet
        }
        packet.set(INT32, end, checksum(batch.buffer(index), end));
        batch.setLength(index, length);
    }

    boolean isOurs(PacketBatch batch, int index) {
        return batch.length(index) >= SHORTEST && batch.memory(index).get(INT16, TYPE) == LOCAL_EXPERIMENT;
    }

    boolean isSound(PacketBatch batch, int index, int length) {
        int end = length - Integer.BYTES;
        return batch.length(index) == length
                && batch.memory(index).get(INT32, end) == checksum(batch.buffer(index), end);
    }

    long number(PacketBatch batch, int index) {
        return batch.memory(index).get(INT64, NUMBER);
    }

    private int checksum(int buffer, int end) {
        checksum.reset();
        checksum.update(views[buffer].limit(end).position(NUMBER));
        return (int) checksum.getValue();
    }
}

/** Sends and receives in one loop, which allocates nothing but for the rate line. */
static final class Generator {
    private static final int BATCH = 32;
    private static final long SILENCE = 1_000_000_000L;

    private final Plan plan;
    private final NetworkPort sender;
    private final NetworkPort receiver; // null if nobody receives
    private final AtomicBoolean stopped;
    private final PacketBatch out;
    private final PacketBatch in;
    private final Packet outgoing;
    private final Packet incoming;
    private long made;
    private long expected;
    private long received;
    private long lost;
    private long damaged;
    private long disordered;

    Generator(Plan plan, NetworkPort sender, NetworkPort receiver, AtomicBoolean stopped) {
        this.plan = plan;
        this.sender = sender;
        this.receiver = receiver;
        this.stopped = stopped;
        this.out = sender.pool().batch(BATCH);
        this.in = receiver == null ? null : receiver.pool().batch(BATCH);
        this.outgoing = new Packet(sender.pool());
        this.incoming = receiver == null ? null : new Packet(receiver.pool());
    }

    /** Returns whether what arrived was what had been sent. */
    boolean run() {
        RateLine line = new RateLine(receiver == null ? "sent" : "received");
        long start = System.nanoTime();
        long heard = start;
        long progress = start;
        while (true) {
            long now = System.nanoTime();
            double seconds = (now - start) / 1e9;
            boolean sending = !stopped.get() && seconds < plan.seconds && made < plan.count;
            int moved = sending || !out.isEmpty() ? send(sending, seconds) : 0;
            int arrived = receiver == null ? 0 : receive();
            heard = arrived > 0 || expected == sent() ? now : heard;
            if (receiver != null && now - heard > SILENCE) {
                lost += sent() - expected; // and the window is open again
                expected = sent();
            }
            line.update(now, receiver == null ? sent() : received, plan.length + 4, lost);
            progress = moved + arrived > 0 ? now : progress;
            if (!sending && (isDone() || now - progress > 2 * SILENCE)) { // the link may be gone
                break;
            }
            if (moved + arrived == 0) {
                LockSupport.parkNanos(20_000);
            }
        }
        line.end();
        IO.println(receiver == null
                ? String.format(Locale.ROOT, "sent %d packets", sent())
                : String.format(
                        Locale.ROOT,
                        "sent %d packets, received %d: %d lost, %d damaged, %d out of order",
                        sent(), received, lost, damaged, disordered));
        return damaged == 0 && disordered == 0 && (receiver == null || received > 0 || made == 0);
    }

    private boolean isDone() {
        return out.isEmpty() && sender.underWay() == 0 && (receiver == null || expected == sent());
    }

    private long sent() {
        return made - out.size();
    }

    private int send(boolean more, double seconds) {
        if (more) {
            long due = plan.rate == 0 ? Long.MAX_VALUE : (long) (seconds * plan.rate) - made;
            long window = receiver == null ? Long.MAX_VALUE : plan.window - (made - expected);
            long wanted = Math.min(Math.min(due, window), Math.min(plan.count - made, out.room()));
            int first = out.size();
            sender.pool().take(out, (int) wanted);
            for (int i = first; i < out.size(); i++) {
                outgoing.write(out, i, plan.to, sender.mac(), made++, plan.length);
            }
        }
        return sender.send(out);
    }

    private int receive() {
        int count = receiver.receive(in);
        for (int i = 0; i < count; i++) {
            if (!incoming.isOurs(in, i)) {
                continue;
            }
            received++;
            long number = incoming.number(in, i);
            if (!incoming.isSound(in, i, plan.length)) {
                damaged++;
            } else if (number < expected || number >= made) {
                disordered++;
            } else {
                lost += number - expected;
                expected = number + 1;
            }
        }
        in.giveBack();
        return count;
    }
}

/** What happened in the last second, on standard error: on a terminal one line that is redrawn, elsewhere a line each. */
static final class RateLine {
    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private final String what;
    private long then = System.nanoTime();
    private long before;

    RateLine(String what) {
        this.what = what;
    }

    void update(long now, long packets, int bytes, long lost) {
        long nanos = now - then;
        if (nanos < 1_000_000_000L) {
            return;
        }
        double rate = (packets - before) * 1e9 / nanos;
        System.err.printf(Locale.ROOT, 
                terminal
                        ? "\r%s %8.3f Mpps %9.1f Mbit/s %12d packets, %d lost\033[K"
                        : "%s %.3f Mpps %.1f Mbit/s %d packets, %d lost%n",
                what,
                rate / 1e6,
                rate * bytes * 8 / 1e6,
                packets,
                lost);
        then = now;
        before = packets;
    }

    void end() {
        if (terminal) {
            System.err.println();
        }
    }
}
