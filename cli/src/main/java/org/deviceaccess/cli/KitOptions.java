// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.deviceaccess.tck.DriverChoice;
import org.deviceaccess.tck.Exclusion;
import org.deviceaccess.tck.Tck;
import org.deviceaccess.tck.TckConfig;
import org.deviceaccess.tck.TckListener;
import org.deviceaccess.tck.report.ConformanceJson;
import org.deviceaccess.tck.report.ConsoleTable;
import org.deviceaccess.tck.report.TckReport;
import org.deviceaccess.tck.report.TestResult;
import org.deviceaccess.tck.spec.Effort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of the commands that run the compatibility kit, and such a run. */
final class KitOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Write conformance.json, .txt and .html, and JUnit XML into this directory.")
    private @Nullable Path report;

    @Option(
            names = "--effort",
            paramLabel = "HOW",
            converter = EffortByName.class,
            defaultValue = "quick",
            description = "How often races, leaks and failures are tried: quick, full, or a number of rounds;"
                    + " ${DEFAULT-VALUE} unless given.")
    private Effort effort = Effort.QUICK;

    @Option(
            names = "--only",
            paramLabel = "ID",
            split = ",",
            description = "Try only these requirements, by id or by area such as DA-DMA.")
    private Set<String> only = new HashSet<>();

    @Option(
            names = "--exclude",
            paramLabel = "FILE",
            description = "Leave out the requirements of this file, one a line: ID, reason, link."
                    + " They are reported as excluded, not as passed.")
    private @Nullable Path exclude;

    @Option(names = "--json", description = "Write conformance.json to standard output, instead of the table.")
    private boolean json;

    /** Returns where reports go, or {@code null} for nowhere. */
    @Nullable
    Path report() {
        return report;
    }

    /** Runs the kit on the backend of a device, shows what came of it and returns the exit code. */
    int proveBackend(Context context, String address) {
        return prove(context, address, () -> null, report);
    }

    /** Runs the kit on the driver of a device, with reports in a directory. */
    int proveDriver(Context context, String address, Supplier<DriverChoice> driver, @Nullable Path directory) {
        return prove(context, address, driver, directory);
    }

    private int prove(
            Context context,
            String address,
            Supplier<? extends @Nullable DriverChoice> driver,
            @Nullable Path directory) {
        TckConfig config;
        try {
            List<Exclusion> exclusions = exclude == null ? List.of() : Exclusion.read(exclude);
            config = new TckConfig(address, context.devices().get(), effort, only, exclusions, driver.get(), directory);
        } catch (IllegalArgumentException | IOException e) {
            throw usage(e);
        }
        context.interruption().endsInOrder();
        TckReport result;
        try (Progress progress = new Progress(context)) {
            result = Tck.run(config, new Ticker(progress, context.interruption()));
        } catch (UncheckedIOException e) {
            throw usage(e);
        }
        if (json) {
            Json.print(context.out(), ConformanceJson.render(result));
        } else {
            context.out().print(ConsoleTable.render(result));
            if (directory != null) {
                context.out().println("Reports: " + directory);
            }
            context.out().flush();
        }
        return result.judgement().exitCode();
    }

    private ParameterException usage(Exception problem) {
        String why = problem.getCause() == null ? "" : ": " + problem.getCause().getMessage();
        String what = problem instanceof IOException ? "cannot read " + problem.getMessage() : problem.getMessage();
        return new ParameterException(spec.commandLine(), what + why, problem);
    }

    /** Shows on a terminal which test is running. */
    private static final class Ticker implements TckListener {
        private final Progress progress;
        private final Interruption interruption;
        private int ended;
        private int all;

        Ticker(Progress progress, Interruption interruption) {
            this.progress = progress;
            this.interruption = interruption;
        }

        @Override
        public void testBegins(String name) {
            progress.step(all == 0 ? name : (ended + 1) + "/" + all + "  " + name);
        }

        @Override
        public boolean isInterrupted() {
            return interruption.isRequested();
        }

        @Override
        public void testEnded(TestResult result, int done, int total) {
            ended = done;
            all = total;
        }
    }

    private static final class EffortByName implements ITypeConverter<Effort> {
        @Override
        public Effort convert(String text) {
            try {
                return switch (text) {
                    case "quick" -> Effort.QUICK;
                    case "full" -> Effort.FULL;
                    default -> Effort.rounds(Integer.parseInt(text));
                };
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is neither quick nor full nor a number above 0");
            }
        }
    }
}
