// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Measurement;

/**
 * DPDK's testpmd on the same cards, through VFIO as well, told by its prompt what to do.
 *
 * @param name its name in the table
 * @param mode its forwarding mode, {@code txonly} or {@code io}
 * @param begin the command that starts it
 * @param ports the addresses of the cards
 * @param descriptors how many descriptors a ring has
 * @param burst how many packets are handled at a time
 * @param seconds how long it is measured
 */
public record Testpmd(
        String name, String mode, String begin, List<String> ports, int descriptors, int burst, int seconds)
        implements Contender {
    private static final Pattern SENT = Pattern.compile("TX-packets: +(\\d+)");
    private static final long WARM_UP_MILLIS = 1_500;
    private static final int PATIENCE_SECONDS = 10;

    @Override
    public Measurement work() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command()).redirectErrorStream(true).start();
        try (Writer commands = process.outputWriter(StandardCharsets.UTF_8);
                BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            tell(commands, "set fwd " + mode);
            tell(commands, begin);
            sent(commands, output); // It has begun.
            Thread.sleep(WARM_UP_MILLIS);
            long before = sent(commands, output);
            double cpu = ChildCpu.seconds(process.pid());
            long start = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            long packets = sent(commands, output) - before;
            double took = (System.nanoTime() - start) / 1e9;
            double usedCpu = ChildCpu.seconds(process.pid()) - cpu;
            tell(commands, "stop");
            tell(commands, "quit");
            String rest = output.lines().collect(Collectors.joining("\n"));
            if (packets == 0) {
                throw new IOException("testpmd sent nothing: " + rest);
            }
            return new Measurement(took, packets, usedCpu, null, null);
        } finally {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private List<String> command() {
        // stdbuf: to a pipe it would write no line before it has many.
        List<String> command =
                new ArrayList<>(List.of("stdbuf", "-oL", "dpdk-testpmd", "-l", "0,1", "-m", "256", "--iova-mode=va"));
        for (String port : ports) {
            command.addAll(List.of("-a", port));
        }
        command.addAll(List.of(
                "--",
                "-i",
                "--total-num-mbufs=8192",
                "--txd=" + descriptors,
                "--rxd=" + descriptors,
                "--burst=" + burst));
        return command;
    }

    private static void tell(Writer commands, String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /** Asks how many packets all ports have sent. */
    private long sent(Writer commands, BufferedReader output) throws IOException {
        tell(commands, "show port stats all");
        long sum = 0;
        for (int port = 0; port < ports.size(); port++) {
            sum += count(output);
        }
        return sum;
    }

    private static long count(BufferedReader output) throws IOException {
        StringBuilder before = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = SENT.matcher(line);
            if (matcher.find()) {
                return Long.parseLong(matcher.group(1));
            }
            before.append(line).append('\n');
        }
        throw new IOException("testpmd ended: " + before);
    }
}
