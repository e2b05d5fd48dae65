// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code deviceaccess tck}: runs the compatibility kit. */
@Command(
        name = "tck",
        header = "Prove a backend with the compatibility kit.",
        description = {
            "",
            "Tries every requirement of the specification (docs/specification.md) on a device and says which hold,"
                    + " which do not, and which do not apply and why. The device must not be in use: it is opened and"
                    + " closed many times, and reset.",
            "",
        },
        exitCodeOnExecutionException = ExitCodes.NOTHING_RAN,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:conformant: no requirement failed that must hold",
            "1:not conformant",
            "2:the command line, the address or the configuration is wrong",
            "3:nothing ran, such as when the device could not be opened",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess tck sim:edu",
            "  deviceaccess tck vfio:0000:00:10.0 --report reports/vfio",
            "  deviceaccess tck sim:edu --only DA-DMA,DA-INT-003 --effort full",
        },
        mixinStandardHelpOptions = true)
final class TckCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(paramLabel = "ADDRESS", description = "The device to prove the backend with.")
    private String address = "";

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
            description = "How often races and leaks are tried: quick, full, or a number of rounds;"
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

    TckCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        TckConfig config = config();
        TckReport result;
        try (Progress progress = new Progress(context)) {
            result = Tck.run(config, new Ticker(progress));
        } catch (UncheckedIOException e) {
            throw usage(e);
        }
        if (json) {
            Json.print(context.out(), ConformanceJson.render(result));
        } else {
            context.out().print(ConsoleTable.render(result));
            if (report != null) {
                context.out().println("Reports: " + report);
            }
            context.out().flush();
        }
        return result.judgement().exitCode();
    }

    private TckConfig config() {
        try {
            List<Exclusion> exclusions = exclude == null ? List.of() : Exclusion.read(exclude);
            return new TckConfig(address, context.devices().get(), effort, only, exclusions, report);
        } catch (IllegalArgumentException | IOException e) {
            throw usage(e);
        }
    }

    private ParameterException usage(Exception problem) {
        String why = problem.getCause() == null ? "" : ": " + problem.getCause().getMessage();
        String what = problem instanceof IOException ? "cannot read " + problem.getMessage() : problem.getMessage();
        return new ParameterException(spec.commandLine(), what + why, problem);
    }

    /** Shows on a terminal which test is running. */
    private static final class Ticker implements TckListener {
        private final Progress progress;
        private int ended;
        private int all;

        Ticker(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void testBegins(String name) {
            progress.step(all == 0 ? name : (ended + 1) + "/" + all + "  " + name);
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
