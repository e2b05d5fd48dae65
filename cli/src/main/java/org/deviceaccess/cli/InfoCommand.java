// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.DeviceAccessException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deviceaccess info}: all of one device. */
@Command(
        name = "info",
        header = "Show what a device is and can do, or why it cannot be opened.",
        description = {
            "",
            "Opens the device, so it must not be in use, and shows its identity, trust level, regions, interrupts, DMA"
                    + " limits and PCI capabilities. Writes nothing to it. If it cannot be opened: what is in the way,"
                    + " and what to type.",
            "",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess info sim:edu",
            "  deviceaccess info 0000:00:10.0          over the backend that can open it",
            "  deviceaccess info vfio:0000:00:10.0     over this backend or not at all",
        },
        mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "ADDRESS", description = "The device, such as sim:edu or 0000:00:10.0.")
    private String address = "";

    @Option(names = "--json", description = "Write the result for a program.")
    private boolean json;

    InfoCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Devices devices = context.devices().get();
        try (DeviceAccess device = devices.access(address)) {
            if (json) {
                Json.print(context.out(), new DeviceJson(device, Drivers.installed()).render());
            } else {
                new DeviceReport(device, Drivers.installed()).print(context.out());
            }
            return ExitCodes.OK;
        } catch (DeviceAccessException e) {
            if (json) {
                Json.print(context.out(), refusal(devices, e));
            }
            throw e;
        }
    }

    private ObjectNode refusal(Devices devices, DeviceAccessException error) {
        ObjectNode node = Json.object().put("address", address).put("open", false);
        node.set("error", Json.error(error));
        ArrayNode verdicts = node.putArray("verdicts");
        try {
            devices.lookup(address).verdicts().forEach(verdict -> verdicts.add(Json.verdict(verdict)));
        } catch (DeviceAccessException e) {
            // An address that cannot be looked up; the error above says why.
            return node;
        }
        return node;
    }
}
