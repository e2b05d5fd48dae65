// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.benchmarks.contest.Contest;
import org.deviceaccess.benchmarks.contest.Goals;
import org.deviceaccess.benchmarks.driver.Forward;
import org.deviceaccess.benchmarks.driver.RandomRead;
import org.deviceaccess.benchmarks.driver.Transmit;
import org.deviceaccess.benchmarks.driver.WarmUp;
import org.deviceaccess.benchmarks.peer.Fio;
import org.deviceaccess.benchmarks.peer.Testpmd;
import org.deviceaccess.benchmarks.report.ResultFiles;
import org.deviceaccess.spi.block.Waiting;

/**
 * One contest in the testbed's guest, on the devices of its profile {@code vfio}.
 *
 * <p>One for each JVM, so that what one contest has made the compiler believe does not disturb the next.
 */
public final class GuestBenchmark {
    private static final String DISK = "0000:00:12.0";
    private static final String FIRST_CARD = "0000:00:13.0";
    private static final String SECOND_CARD = "0000:00:14.0";
    /** Without frame check sequence, as testpmd counts. */
    private static final int PACKET = 64;

    private static final int DESCRIPTORS = 256;
    private static final int BURST = 32;

    private GuestBenchmark() {}

    /**
     * Runs a contest and stores its result.
     *
     * @param arguments the contest's name, the directory for results, the number of rounds, and the seconds of one
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String name = arguments[0];
        int rounds = Integer.parseInt(arguments[2]);
        int seconds = Integer.parseInt(arguments[3]);
        new ResultFiles(Path.of(arguments[1]))
                .write(name, contest(name, seconds).run(rounds));
    }

    private static Contest contest(String name, int seconds) {
        WarmUp warmUp = new WarmUp();
        return switch (name) {
            case "1-transmit" ->
                new Contest(
                        "e1000e transmit, 64 B, batch 32",
                        "packet",
                        new Goals(1.0, 1.0, null),
                        new Testpmd(
                                "DPDK testpmd txonly",
                                "txonly",
                                "start",
                                List.of(FIRST_CARD),
                                DESCRIPTORS,
                                BURST,
                                seconds),
                        new Transmit("vfio:" + FIRST_CARD, PACKET, BURST, warmUp, seconds));
            case "2-forward" ->
                new Contest(
                        "e1000e forward port to port, 64 B",
                        "packet",
                        new Goals(1.0, 1.0, null),
                        new Testpmd(
                                "DPDK testpmd io",
                                "io",
                                "start tx_first 1",
                                List.of(FIRST_CARD, SECOND_CARD),
                                DESCRIPTORS,
                                BURST,
                                seconds),
                        new Forward("vfio:" + FIRST_CARD, "vfio:" + SECOND_CARD, PACKET, BURST, warmUp, seconds));
            case "3-read-depth-1" ->
                new Contest(
                        "NVMe 4 KiB random read, depth 1",
                        "command",
                        new Goals(1.5, 1.0, 1.0),
                        new Fio("Linux nvme, fio psync", DISK, "psync", 1, seconds),
                        new RandomRead("vfio:" + DISK, 1, Waiting.POLLING, warmUp, seconds));
            case "4-read-depth-32" ->
                new Contest(
                        "NVMe 4 KiB random read, depth 32",
                        "command",
                        new Goals(1.0, 1.0, null),
                        new Fio("Linux nvme, fio io_uring", DISK, "io_uring", 32, seconds),
                        new RandomRead("vfio:" + DISK, 32, Waiting.POLLING, warmUp, seconds));
            default -> throw new IllegalArgumentException("there is no contest '" + name + "'");
        };
    }
}
