// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.deviceaccess.spi.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code deviceaccess errors}: the reference of error codes. */
@Command(
        name = "errors",
        header = "Explain an error code, or list them all.",
        description = {
            "",
            "Every error of DeviceAccess has a code that never changes its meaning. This is the reference: what each"
                    + " means, what brings it about, and what to do.",
            "",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess errors",
            "  deviceaccess errors DA-GROUP-NOT-VIABLE",
            "  deviceaccess errors --markdown > docs/errors.md",
        },
        mixinStandardHelpOptions = true)
final class ErrorsCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(
            paramLabel = "CODE",
            arity = "0..1",
            converter = CodeById.class,
            completionCandidates = CodeIds.class,
            description = "A code such as DA-GROUP-NOT-VIABLE; DA- may be left out.")
    private @Nullable ErrorCode code;

    @ArgGroup
    private @Nullable Format format;

    private static final class Format {
        @Option(names = "--json", description = "Write the result for a program.")
        private boolean json;

        @Option(names = "--markdown", description = "Write the page of the documentation.")
        private boolean markdown;
    }

    ErrorsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        PrintWriter out = context.out();
        Set<ErrorCode> codes = code == null ? EnumSet.allOf(ErrorCode.class) : EnumSet.of(code);
        if (format != null && format.json) {
            ArrayNode list = Json.array();
            codes.forEach(each -> {
                ErrorHelp help = ErrorHelp.of(each);
                list.add(Json.object()
                        .put("code", each.id())
                        .put("title", each.title())
                        .put("exception", help.type().getName())
                        .put("cause", help.cause())
                        .put("remedy", help.remedy()));
            });
            Json.print(out, list);
        } else if (format != null && format.markdown) {
            out.print(ErrorPage.render(codes));
        } else if (code == null) {
            Table table = new Table("CODE", "MEANING");
            codes.forEach(each -> table.row(each.id(), each.title()));
            table.print(out);
        } else {
            explain(code, out);
        }
        out.flush();
        return ExitCodes.OK;
    }

    private static void explain(ErrorCode code, PrintWriter out) {
        ErrorHelp help = ErrorHelp.of(code);
        out.println(code.id() + ": " + code.title() + System.lineSeparator());
        new Table("", "")
                .row("  cause", help.cause())
                .row("  remedy", help.remedy())
                .row("  in Java", help.type().getName())
                .print(out);
    }

    private static final class CodeById implements ITypeConverter<ErrorCode> {
        @Override
        public ErrorCode convert(String text) {
            String id = text.toUpperCase(Locale.ROOT).replace('_', '-');
            return Arrays.stream(ErrorCode.values())
                    .filter(code -> code.id().equals(id) || code.id().equals("DA-" + id))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is no error code; deviceaccess errors lists them"));
        }
    }

    private static final class CodeIds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(ErrorCode.values()).map(ErrorCode::id).iterator();
        }
    }
}
