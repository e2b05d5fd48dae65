// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Lookup;
import org.deviceaccess.spi.ProviderStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deviceaccess doctor}: what of the machine is in the way. */
@Command(
        name = "doctor",
        header = "Look for what keeps devices from being opened, and say what to type.",
        description = {
            "",
            "Asks every backend what it needs of the kernel, of permissions and of limits, and whether that is there."
                    + " With an address, also what each backend says of that device. Opens nothing, changes nothing.",
            "",
            "Exit status 1 if a problem was found, or if no backend can open the device.",
            "",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess doctor",
            "  deviceaccess doctor 0000:00:10.0",
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "ADDRESS", arity = "0..1", description = "A device to be opened.")
    private @Nullable String address;

    @Option(names = "--json", description = "Write the result for a program.")
    private boolean json;

    DoctorCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Devices devices = context.devices().get();
        Map<String, List<Finding>> findings = new TreeMap<>();
        try (Progress progress = new Progress(context)) {
            for (ProviderStatus status : devices.providers()) {
                progress.step("asking " + status.name() + " what it finds");
                findings.put(status.name(), examine(status));
            }
        }
        Lookup lookup = address == null ? null : devices.lookup(address);
        if (json) {
            Json.print(context.out(), toJson(findings, lookup));
        } else {
            print(findings, lookup, context.out());
        }
        boolean well = lookup == null
                ? findings.values().stream()
                        .flatMap(List::stream)
                        .noneMatch(finding -> finding.severity() == Finding.Severity.PROBLEM)
                : lookup.chosen().isPresent();
        return well ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static List<Finding> examine(ProviderStatus status) {
        return switch (status) {
            case ProviderStatus.Usable(var provider) -> {
                try {
                    yield provider.diagnose();
                } catch (RuntimeException e) {
                    yield List.of(new Finding(
                            "backend",
                            Finding.Severity.PROBLEM,
                            "it could not look at the machine: " + e,
                            "Report this to the authors of the backend"));
                }
            }
            case ProviderStatus.Refused(String _, var error) ->
                List.of(new Finding("backend", Finding.Severity.PROBLEM, error.detail(), error.remedy()));
        };
    }

    private static void print(Map<String, List<Finding>> findings, @Nullable Lookup lookup, PrintWriter out) {
        findings.forEach((backend, found) -> {
            out.println(backend);
            if (found.isEmpty()) {
                out.println("  needs nothing of the machine");
            }
            Table table = new Table("", "", "");
            for (Finding finding : found) {
                table.row("  " + finding.severity(), finding.topic(), finding.detail());
                if (finding.remedy() != null) {
                    table.row("", "", "-> " + finding.remedy());
                }
            }
            table.print(out);
        });
        if (lookup != null) {
            out.println(System.lineSeparator() + lookup.requested());
            out.println(lookup.table());
            lookup.chosen().ifPresent(chosen -> out.println("  It would be opened as " + chosen));
        }
        out.flush();
    }

    private static ObjectNode toJson(Map<String, List<Finding>> findings, @Nullable Lookup lookup) {
        ObjectNode root = Json.object();
        ObjectNode backends = root.putObject("backends");
        findings.forEach((backend, found) -> {
            ArrayNode list = backends.putArray(backend);
            found.forEach(finding -> list.addObject()
                    .put("topic", finding.topic())
                    .put("severity", finding.severity().name())
                    .put("detail", finding.detail())
                    .put("remedy", finding.remedy()));
        });
        if (lookup != null) {
            ObjectNode device =
                    root.putObject("device").put("address", lookup.requested().toString());
            device.put("chosen", lookup.chosen().map(Object::toString).orElse(null));
            ArrayNode verdicts = device.putArray("verdicts");
            lookup.verdicts().forEach(verdict -> verdicts.add(Json.verdict(verdict)));
        }
        return root;
    }
}
