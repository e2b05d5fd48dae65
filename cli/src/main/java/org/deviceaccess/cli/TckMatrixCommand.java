// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.deviceaccess.tck.report.ConformanceMatrix;
import org.deviceaccess.tck.report.ConformanceMatrix.Objection;
import org.deviceaccess.tck.report.MatrixPage;
import org.deviceaccess.tck.report.StoredReport;
import org.deviceaccess.tck.spec.Specification;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deviceaccess tck-matrix}: compares reports of the compatibility kit. */
@Command(
        name = "tck-matrix",
        header = "Compare what the compatibility kit said of several backends.",
        description = {
            "",
            "Reads the reports that \"tck --report\" left and makes a table of requirements and backends. Fails if a"
                    + " requirement failed or was left out, or if two backends differ in a way that neither the"
                    + " capabilities nor the trust of their devices explain. Reports of \"tck-driver\" are passed over.",
            "",
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every difference is explained",
            "1:some are not, or something failed",
            "2:the command line is wrong, or a report cannot be read",
            "3:there are no reports",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess tck-matrix reports/sim reports/vfio",
            "  deviceaccess tck-matrix reports --report reports/matrix",
        },
        mixinStandardHelpOptions = true)
final class TckMatrixCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "1..*",
            description = "Directories in and below which reports are, or reports themselves.")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Write matrix.md and matrix.json into this directory.")
    private @Nullable Path report;

    @Option(names = "--json", description = "Write matrix.json to standard output, instead of counts.")
    private boolean json;

    TckMatrixCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<StoredReport> reports;
        try {
            reports = StoredReport.readAll(paths).stream()
                    .filter(report -> report.driver() == null)
                    .toList();
        } catch (UncheckedIOException e) {
            throw usage(e);
        }
        if (reports.isEmpty()) {
            context.err()
                    .println("deviceaccess: there is no " + StoredReport.FILE_NAME + " of a backend in or below "
                            + paths);
            return ExitCodes.NOTHING_RAN;
        }
        ConformanceMatrix matrix = ConformanceMatrix.of(Specification.ofBackends(), reports);
        MatrixPage page = new MatrixPage(matrix);
        if (report != null) {
            write(page, report);
        }
        List<Objection> objections = matrix.objections();
        if (json) {
            Json.print(context.out(), page.json());
        } else {
            context.out().print(page.counts());
            context.out()
                    .println(System.lineSeparator() + matrix.differing().size() + " of "
                            + matrix.specification().requirements().size() + " requirements differ; unexplained: "
                            + (objections.isEmpty() ? "none" : objections.size()));
            objections.forEach(objection -> context.out().println("  " + objection));
            context.out().flush();
        }
        return objections.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void write(MatrixPage page, Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("matrix.md"), page.markdown());
            Files.writeString(directory.resolve("matrix.json"), page.json().toPrettyString() + System.lineSeparator());
        } catch (IOException e) {
            throw usage(new UncheckedIOException("cannot write the matrix into " + directory, e));
        }
    }

    private ParameterException usage(UncheckedIOException problem) {
        IOException cause = problem.getCause();
        String why = cause == null ? "" : ": " + cause.getMessage();
        return new ParameterException(spec.commandLine(), problem.getMessage() + why, problem);
    }
}
