// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.deviceaccess.spi.Availability.Available;
import org.deviceaccess.spi.Availability.Unavailable;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Verdict;
import org.deviceaccess.spi.pci.PciId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deviceaccess list}: which devices there are. */
@Command(
        name = "list",
        header = "List the devices that the backends know of, and what can open them.",
        description = {
            "",
            "Opens nothing and changes nothing. For each device: its address, its ids, what it is, the kernel driver"
                    + " that is bound to it, its IOMMU group, and for each backend that knows it either the trust level"
                    + " it would be opened with or the code of what is in the way.",
            "",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess list",
            "  deviceaccess info 0000:00:10.0     why a device cannot be opened, and what to type",
            "  deviceaccess list --json | jq '.devices[] | select(.verdicts[].available) | .address'",
        },
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--json", description = "Write the result for a program.")
    private boolean json;

    ListCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Inventory inventory;
        try (Progress progress = new Progress(context)) {
            inventory = Inventory.take(context.devices().get(), progress);
        }
        if (json) {
            Json.print(context.out(), toJson(inventory));
        } else {
            print(inventory, context.out());
        }
        inventory
                .failures()
                .forEach((backend, why) -> context.err().println(backend + " could not list its devices: " + why));
        return inventory.failures().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void print(Inventory inventory, PrintWriter out) {
        if (inventory.devices().isEmpty()) {
            out.println("No backend knows of any device.");
            return;
        }
        Table table = new Table("ADDRESS", "ID", "CLASS", "DRIVER", "GROUP", "BACKENDS");
        boolean refused = false;
        for (Inventory.Device device : inventory.devices()) {
            PciId pci = device.identity().pci();
            table.row(
                    device.address(),
                    pci == null ? "-" : pci.toString(),
                    pci == null ? device.description() : KindNames.of(pci),
                    device.attribute(DeviceSummary.KERNEL_DRIVER).orElse("-"),
                    device.attribute(DeviceSummary.IOMMU_GROUP).orElse("-"),
                    device.verdicts().stream().map(ListCommand::words).collect(Collectors.joining(", ")));
            refused |= device.verdicts().stream().anyMatch(v -> v.availability() instanceof Unavailable);
        }
        table.print(out);
        if (refused) {
            out.println(System.lineSeparator() + "Why, and what to do about it: deviceaccess info ADDRESS");
        }
    }

    private static String words(Verdict verdict) {
        return verdict.provider() + ": "
                + switch (verdict.availability()) {
                    case Available(var trust) -> "ready (" + trust + ")";
                    case Unavailable(var reason, var _, var _) -> reason.id();
                };
    }

    private static ObjectNode toJson(Inventory inventory) {
        ObjectNode root = Json.object();
        ArrayNode devices = root.putArray("devices");
        for (Inventory.Device device : inventory.devices()) {
            ObjectNode node = devices.addObject().put("address", device.address());
            node.set("identity", Json.identity(device.identity()));
            node.put("description", device.description());
            ObjectNode attributes = node.putObject("attributes");
            device.attributes().forEach(attributes::put);
            ArrayNode verdicts = node.putArray("verdicts");
            device.verdicts().forEach(verdict -> verdicts.add(Json.verdict(verdict)));
        }
        ObjectNode failures = root.putObject("failures");
        inventory.failures().forEach((backend, why) -> failures.put(backend, why.toString()));
        return root;
    }
}
