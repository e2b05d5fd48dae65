// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.deviceaccess.benchmarks.contest.ContestResult;
import org.deviceaccess.benchmarks.contest.Latency;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** Prints the results of a run: for each figure the medians of both contenders and their ratio. */
public final class ResultTable {
    private final TextTable table = TextTable.forColumns(
            Help.defaultColorScheme(Ansi.OFF),
            new Column(52, 0, Overflow.WRAP),
            new Column(26, 2, Overflow.WRAP),
            new Column(15, 2, Overflow.WRAP),
            new Column(19, 2, Overflow.WRAP),
            new Column(20, 2, Overflow.WRAP),
            new Column(8, 2, Overflow.WRAP));

    private ResultTable() {
        table.addRowValues("work", "peer", "peer's", "DeviceAccess", "ratio, of rounds", "goal");
    }

    /**
     * Prints a table.
     *
     * @param arguments the directories with the results
     */
    public static void main(String[] arguments) throws IOException {
        ResultTable page = new ResultTable();
        for (String directory : arguments) {
            new ResultFiles(Path.of(directory)).read().forEach(page::add);
        }
        System.out.print(page.table);
        System.out.println("Medians of the rounds, in brackets the lowest and the highest ratio of one round.");
    }

    private void add(ContestResult result) {
        row(
                result,
                result.work() + ", " + result.unit() + "s/s",
                Measurement::rate,
                "%,.0f",
                atLeast(result.goals().rate()));
        row(
                result,
                "  CPU for a " + result.unit() + ", ns",
                Measurement::cpuNanos,
                "%,.1f",
                atMost(result.goals().cpu()));
        if (has(result, m -> m.latency() != null)) {
            row(result, "  latency p50, µs", m -> latency(m).p50(), "%.0f", "");
            row(result, "  latency p99, µs", m -> latency(m).p99(), "%.0f", "");
            row(
                    result,
                    "  latency p99.9, µs",
                    m -> latency(m).p999(),
                    "%.0f",
                    atMost(result.goals().latency()));
        }
        if (result.ofDriver().stream().allMatch(m -> m.allocatedBytes() != null)) {
            long bytes =
                    (long) ContestResult.median(result.ofDriver(), m -> Objects.requireNonNull(m.allocatedBytes()));
            long operations = (long) ContestResult.median(result.ofDriver(), Measurement::operations);
            String garbage = String.format(Locale.ROOT, "%.2f (%d in all)", (double) bytes / operations, bytes);
            table.addRowValues("  garbage for a " + result.unit() + ", bytes", "", "–", garbage, "", "0");
        }
    }

    private static Latency latency(Measurement measurement) {
        return Objects.requireNonNull(measurement.latency());
    }

    private static String atLeast(@Nullable Double goal) {
        return goal == null ? "" : "≥ " + goal;
    }

    private static String atMost(@Nullable Double goal) {
        return goal == null ? "" : "≤ " + goal;
    }

    private static boolean has(ContestResult result, Predicate<Measurement> figure) {
        return result.ofPeer().stream().allMatch(figure)
                && result.ofDriver().stream().allMatch(figure);
    }

    private void row(
            ContestResult result, String what, ToDoubleFunction<Measurement> figure, String form, String goal) {
        double peer = ContestResult.median(result.ofPeer(), figure);
        double driver = ContestResult.median(result.ofDriver(), figure);
        double[] ratios = new double[result.ofPeer().size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(result.ofDriver().get(i))
                    / figure.applyAsDouble(result.ofPeer().get(i));
        }
        Arrays.sort(ratios);
        table.addRowValues(
                what,
                what.startsWith(" ") ? "" : result.peer(),
                String.format(Locale.ROOT, form, peer),
                String.format(Locale.ROOT, form, driver),
                String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", driver / peer, ratios[0], ratios[ratios.length - 1]),
                goal);
    }
}
