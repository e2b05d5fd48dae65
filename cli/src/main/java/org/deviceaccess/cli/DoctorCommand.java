// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Lookup;
import org.deviceaccess.spi.Verdict;
import org.deviceaccess.spi.pci.PciAddress;
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
                    + " With an address, also what each backend says of that device, and which would open it. Changes"
                    + " nothing.",
            "",
            "OK is as it should be, WARNING works with a limit or a risk, PROBLEM keeps devices from being opened over"
                    + " the backends concerned. Below each stands what to type.",
            "",
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the device could be opened; without an address: some backend finds all that it needs",
            "1:it could not; without an address: no backend does, of those that need something",
            "2:the command line, the address or the configuration is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess doctor",
            "  deviceaccess doctor 0000:00:10.0",
            "  deviceaccess doctor vfio:0000:00:10.0 --json",
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

    /**
     * What came of the device.
     *
     * @param lookup what those said that the address or the configuration leaves the choice to
     * @param verdicts what everybody says who could open such a device
     */
    private record Examined(Lookup lookup, List<Verdict> verdicts) {
        static Examined of(Devices devices, String address) {
            Lookup lookup = devices.lookup(address);
            // Others may reach a PCI device, too; a locator of another kind means something to its backend alone.
            boolean shared = PciAddress.parse(lookup.resolved().locator()).isPresent();
            return new Examined(lookup, shared ? devices.verdicts(address) : lookup.verdicts());
        }
    }

    @Override
    public Integer call() {
        Devices devices = context.devices().get();
        Examined device = address == null ? null : Examined.of(devices, address);
        Diagnosis machine;
        try (Progress progress = new Progress(context)) {
            machine = Diagnosis.of(devices, progress);
        }
        if (json) {
            Json.print(context.out(), toJson(machine, device));
        } else {
            print(machine, device, context.out());
        }
        boolean well =
                device == null ? machine.isAnyReady() : device.lookup().chosen().isPresent();
        return well ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void print(Diagnosis machine, @Nullable Examined device, PrintWriter out) {
        machine.print(out);
        if (device != null) {
            Lookup lookup = device.lookup();
            out.println(System.lineSeparator() + lookup.requested());
            out.println(new Lookup(lookup.requested(), lookup.resolved(), device.verdicts(), null).table());
            out.println(lookup.chosen()
                    .map(chosen -> "  It would be opened as " + chosen)
                    .orElseGet(() -> "  It cannot be opened" + over(lookup.resolved())));
        }
        out.flush();
    }

    private static String over(DeviceAddress resolved) {
        return resolved.backend() == null ? "" : " over " + resolved.backend() + ", and no other backend was asked for";
    }

    private static ObjectNode toJson(Diagnosis machine, @Nullable Examined device) {
        ObjectNode root = Json.object();
        machine.describe(root);
        if (device != null) {
            Lookup lookup = device.lookup();
            ObjectNode node =
                    root.putObject("device").put("address", lookup.requested().toString());
            node.put("resolved", lookup.resolved().toString());
            node.put("chosen", lookup.chosen().map(Object::toString).orElse(null));
            ArrayNode verdicts = node.putArray("verdicts");
            device.verdicts().forEach(verdict -> verdicts.add(Json.verdict(verdict)));
        }
        return root;
    }
}
