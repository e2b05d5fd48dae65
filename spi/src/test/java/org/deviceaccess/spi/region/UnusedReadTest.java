// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.region;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deviceaccess.spi.region.UnusedReads.Way;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A read reaches the device though nobody uses its value, in hot and inlined code: drivers flush posted writes so.
 *
 * <p>What C2 may drop depends on the collector, whose barriers are part of the code.
 */
class UnusedReadTest {
    @ParameterizedTest
    @ValueSource(strings = {"UseSerialGC", "UseParallelGC", "UseG1GC", "UseZGC", "UseShenandoahGC"})
    void aReadWhoseValueIsNotUsedHappens(String collector) throws IOException, InterruptedException {
        Map<String, Integer> lost = run(collector);
        for (Way way : Way.values()) {
            int count = lost.get(way.name());
            if (way.isRegions()) {
                assertEquals(UnusedReads.TRIES, count, way + ": reads that happened, with " + collector);
            } else {
                // Without this the test would not see a read that is dropped.
                assertTrue(count < UnusedReads.TRIES, way + " is not dropped any more, with " + collector);
            }
        }
    }

    private static Map<String, Integer> run(String collector) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xbatch",
                "-XX:-TieredCompilation",
                "-Xmx64m",
                "-XX:+" + collector,
                "-cp",
                classPath(),
                UnusedReads.class.getName()));
        Arrays.stream(Way.values()).map(Way::name).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        Map<String, Integer> lost = new TreeMap<>();
        for (String line : output.lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length == 2) {
                lost.put(words[0], Integer.valueOf(words[1]));
            }
        }
        return lost;
    }

    /** Where the classes are that this test has, whether they are found by class path or by module path. */
    private static String classPath() {
        List<String> places = new ArrayList<>();
        for (Class<?> each : List.of(UnusedReads.class, MmioRegion.class)) {
            places.add(Path.of(each.getResource(each.getSimpleName() + ".class").getPath())
                    .resolve("../../../../..")
                    .normalize()
                    .toString());
        }
        return String.join(File.pathSeparator, places);
    }
}
