// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Latency;
import org.deviceaccess.benchmarks.contest.Measurement;

/**
 * The kernel's NVMe driver, made to read at random by fio.
 *
 * @param name its name in the table
 * @param device the address of the disk
 * @param engine fio's way to ask for it, such as {@code io_uring}
 * @param depth how many reads are under way
 * @param seconds how long it is measured
 */
public record Fio(String name, String device, String engine, int depth, int seconds) implements Contender {
    private static final Path DISK = Path.of("/dev/nvme0n1");
    private static final double NANOS_PER_MICRO = 1e3;

    @Override
    public Measurement work() throws IOException, InterruptedException {
        PciBinding.bind(device, "nvme");
        try {
            for (int tries = 0; !Files.exists(DISK) && tries < 100; tries++) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            Process process = new ProcessBuilder(List.of(
                            "fio",
                            "--name=read",
                            "--filename=" + DISK,
                            "--direct=1",
                            "--rw=randread",
                            "--bs=4k",
                            "--ioengine=" + engine,
                            "--iodepth=" + depth,
                            "--time_based",
                            "--ramp_time=1",
                            "--runtime=" + seconds,
                            "--percentile_list=50:99:99.9",
                            "--output-format=json"))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("fio failed: " + output);
            }
            return measurement(new ObjectMapper().readTree(output.substring(output.indexOf('{'))));
        } finally {
            PciBinding.bind(device, "vfio-pci");
        }
    }

    private static Measurement measurement(JsonNode output) {
        JsonNode job = output.path("jobs").path(0);
        JsonNode read = job.path("read");
        double took = read.path("runtime").asDouble() / 1e3;
        double cpu = (job.path("usr_cpu").asDouble() + job.path("sys_cpu").asDouble()) / 100 * took;
        JsonNode percentiles = read.path("clat_ns").path("percentile");
        return new Measurement(
                took,
                read.path("total_ios").asLong(),
                cpu,
                null,
                new Latency(
                        percentiles.path("50.000000").asDouble() / NANOS_PER_MICRO,
                        percentiles.path("99.000000").asDouble() / NANOS_PER_MICRO,
                        percentiles.path("99.900000").asDouble() / NANOS_PER_MICRO));
    }
}
