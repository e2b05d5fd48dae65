// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.ProviderStatus;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.UnknownBackendException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deviceaccess backends}: what devices can be reached with. */
@Command(
        name = "backends",
        header = "List the installed backends with their capabilities and options.",
        description = {
            "",
            "A backend is a way to reach devices. Its options are written after an address, or configured as"
                    + " deviceaccess.BACKEND.OPTION in deviceaccess.properties or as a system property. Backends that"
                    + " were found but cannot be used are shown with the reason.",
            "",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess backends",
            "  deviceaccess backends sim",
            "  deviceaccess info 'sim:edu?latency=5000'     an option in an address",
        },
        mixinStandardHelpOptions = true)
final class BackendsCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "This backend only.")
    private @Nullable String name;

    @Option(names = "--json", description = "Write the result for a program.")
    private boolean json;

    BackendsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Devices devices = context.devices().get();
        List<ProviderStatus> backends = devices.providers().stream()
                .filter(status -> name == null || status.name().equals(name))
                .toList();
        if (name != null && backends.isEmpty()) {
            throw new UnknownBackendException(Failure.during("find the backend '" + name + "'")
                    .because("installed are: "
                            + devices.providers().stream()
                                    .map(ProviderStatus::name)
                                    .collect(Collectors.joining(", ")))
                    .remedy("Correct the name, or put the backend's module on the module path or class path"));
        }
        if (json) {
            ArrayNode list = Json.array();
            backends.forEach(status -> list.add(toJson(status)));
            Json.print(context.out(), list);
        } else if (backends.isEmpty()) {
            context.out().println("No backend is installed.");
        } else {
            backends.forEach(status -> print(status, context.out()));
        }
        return ExitCodes.OK;
    }

    private static void print(ProviderStatus status, PrintWriter out) {
        out.println(status.name());
        switch (status) {
            case ProviderStatus.Usable(DeviceAccessProvider provider) -> {
                new Table("", "")
                        .row("  description", provider.description())
                        .row("  SPI level", Integer.toString(provider.spiLevel()))
                        .row("  capabilities", capabilities(provider))
                        .row("  class", provider.getClass().getName())
                        .print(out);
                if (!provider.options().isEmpty()) {
                    Table table = new Table("  OPTION", "VALUE", "DEFAULT", "WHAT IT DOES");
                    sorted(provider)
                            .forEach(key ->
                                    table.row("  " + key.name(), key.form(), key.defaultValue(), key.documentation()));
                    table.print(out);
                }
            }
            case ProviderStatus.Refused(String _, DeviceAccessException error) ->
                out.println("  cannot be used: " + error.getMessage());
        }
        out.println();
        out.flush();
    }

    private static ObjectNode toJson(ProviderStatus status) {
        ObjectNode node = Json.object().put("name", status.name());
        switch (status) {
            case ProviderStatus.Usable(DeviceAccessProvider provider) -> {
                node.put("usable", true)
                        .put("description", provider.description())
                        .put("spiLevel", provider.spiLevel())
                        .put("class", provider.getClass().getName());
                ArrayNode capabilities = node.putArray("capabilities");
                new TreeSet<>(provider.capabilities()).forEach(each -> capabilities.add(each.name()));
                ArrayNode options = node.putArray("options");
                sorted(provider)
                        .forEach(key -> options.addObject()
                                .put("name", key.name())
                                .put("form", key.form())
                                .put("default", key.defaultValue())
                                .put("documentation", key.documentation()));
            }
            case ProviderStatus.Refused(String _, DeviceAccessException error) ->
                node.put("usable", false).set("error", Json.error(error));
        }
        return node;
    }

    private static String capabilities(DeviceAccessProvider provider) {
        return provider.capabilities().stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
    }

    private static List<OptionKey<?>> sorted(DeviceAccessProvider provider) {
        return provider.options().stream()
                .sorted(Comparator.comparing(OptionKey::name))
                .toList();
    }
}
