// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Locale;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Contest;
import org.deviceaccess.benchmarks.contest.Goals;
import org.deviceaccess.benchmarks.report.ResultFiles;
import org.deviceaccess.drivers.e1000e.E1000eDriverProvider;
import org.deviceaccess.spi.network.NetworkPort;

/**
 * The e1000e driver's own work for a packet (take buffers, fill descriptors, tell the device, take back what is done), on
 * rings in memory and without a device, against the same loop in C.
 */
public final class RingBenchmark {
    /** Room for batches of 256, of which two are under way. */
    private static final RingSize SIZE = new RingSize(1024, 4096);

    private static final long PACKETS = 50_000_000;
    /** For batches of 32, which is what drivers are used with; the others show where the time goes. */
    private static final double GOAL = 0.95;

    private static final int USUAL_BATCH = 32;

    private RingBenchmark() {}

    /**
     * Runs one contest and stores its result.
     *
     * @param arguments {@code transmit} or {@code receive}, the shared library made of rings.c, the directory for results,
     *     the number of packets in a batch, and the number of rounds
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String direction = arguments[0];
        Path library = Path.of(arguments[1]).toAbsolutePath();
        int batch = Integer.parseInt(arguments[3]);
        int rounds = Integer.parseInt(arguments[4]);
        long batches = PACKETS / batch;
        try (Arena arena = Arena.ofShared();
                MemoryCard card = new MemoryCard(SIZE)) {
            NetworkPort port = card.answering(() -> new E1000eDriverProvider()
                    .withDescriptors(SIZE.descriptors())
                    .withBuffers(SIZE.buffers())
                    .attach(card));
            Contender driver = switch (direction) {
                case "transmit" -> new PortLoop.Sending(card, port, batch, batches);
                case "receive" -> new PortLoop.Receiving(card, port, batch, batches);
                default -> throw new IllegalArgumentException("there is no direction '" + direction + "'");
            };
            Contender twin = new Twin(library, direction + "_batches", arena, SIZE, batch, batches);
            new ResultFiles(Path.of(arguments[2]))
                    .write(
                            String.format(Locale.ROOT, "%s-%03d", direction, batch),
                            new Contest(
                                            String.format(
                                                    Locale.ROOT, "e1000e's own work, %s, batch %d", direction, batch),
                                            "packet",
                                            batch == USUAL_BATCH ? Goals.rate(GOAL) : Goals.NONE,
                                            twin,
                                            driver)
                                    .run(rounds));
            card.answering(() -> {
                port.close();
                return port;
            });
        }
    }
}
