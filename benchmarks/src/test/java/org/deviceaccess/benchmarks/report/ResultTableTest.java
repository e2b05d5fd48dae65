// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.benchmarks.contest.ContestResult;
import org.deviceaccess.benchmarks.contest.Goals;
import org.deviceaccess.benchmarks.contest.Latency;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTableTest {
    @TempDir
    private Path directory;

    @Test
    void showsMediansRatiosAndGoalsOfWhatWasStored() throws IOException {
        ContestResult result = new ContestResult(
                "read",
                "command",
                new Goals(1.5, 1.0, 1.0),
                "a peer",
                List.of(new Measurement(2, 2000, 0.5, null, new Latency(10, 20, 30))),
                "a driver",
                List.of(new Measurement(1, 4000, 1, 80L, new Latency(5, 6, 60))));
        ResultFiles files = new ResultFiles(directory);
        files.write("1-read", result);
        assertEquals(List.of(result), files.read(), "nothing is lost in the file");
        String table = printed();
        assertLine(table, "read, commands/s +a peer +1,000 +4,000 +4.00 \\[4.00, 4.00\\] +≥ 1.5");
        assertLine(table, "CPU for a command, ns +250,000.0 +250,000.0 +1.00 \\[1.00, 1.00\\] +≤ 1.0");
        assertLine(table, "latency p99.9, µs +30 +60 +2.00 \\[2.00, 2.00\\] +≤ 1.0");
        assertLine(table, "garbage for a command, bytes +– +0.02 \\(80 in all\\) +0");
    }

    private String printed() throws IOException {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            ResultTable.main(new String[] {directory.toString()});
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void assertLine(String table, String pattern) {
        assertTrue(
                table.lines().anyMatch(line -> line.strip().matches(pattern)), "no line " + pattern + " in\n" + table);
    }
}
