// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.deviceaccess.tck.DriverChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deviceaccess tck-driver}: runs the compatibility kit on drivers. */
@Command(
        name = "tck-driver",
        header = "Prove a driver with the compatibility kit.",
        description = {
            "",
            "Tries the requirements of drivers (docs/specification.md, from chapter \"Drivers\" on) on the driver that is"
                    + " installed for a device: that it uses what it says it needs and nothing else, gives everything"
                    + " back, stops the device before its memory goes, and copes with a device that fails. The device"
                    + " must not be in use: it is opened and closed many times, and reset.",
            "",
            "Writing blocks destroys the data on a disk, and packets reach others: on a device that is not simulated"
                    + " nothing is written or sent unless --allow-writes is given.",
            "",
        },
        exitCodeOnExecutionException = ExitCodes.NOTHING_RAN,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:conformant: no requirement failed that must hold",
            "1:not conformant, for one device at least",
            "2:the command line, an address or the configuration is wrong",
            "3:nothing ran, such as when a device could not be opened or has no driver",
            "130:ended by Ctrl-C: the test under way was let end, and the report says that it is of an interrupted run",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess tck-driver sim:nvme",
            "  deviceaccess tck-driver vfio:0000:00:12.0 --allow-writes --report reports/nvme",
            "  deviceaccess tck-driver sim:edu sim:nvme sim:e1000e",
        },
        mixinStandardHelpOptions = true)
final class TckDriverCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(
            paramLabel = "ADDRESS",
            arity = "1..*",
            description = "The devices to prove their drivers with, one after the other. The reports of several go into"
                    + " a directory for each.")
    private List<String> addresses = new ArrayList<>();

    @Option(
            names = "--driver",
            paramLabel = "NAME",
            description = "Take the driver of this name, where several are for a device.")
    private @Nullable String driver;

    @Option(
            names = "--allow-writes",
            description = "Write blocks, which destroys the data that is there, and send packets.")
    private boolean allowWrites;

    @Mixin
    private KitOptions options = new KitOptions();

    TckDriverCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        int worst = ExitCodes.OK;
        for (String address : addresses) {
            int code = options.proveDriver(context, address, this::choice, directory(address));
            if (code == ExitCodes.INTERRUPTED) {
                return code;
            }
            worst = code == ExitCodes.FAILED || worst == ExitCodes.FAILED ? ExitCodes.FAILED : Math.max(worst, code);
        }
        return worst;
    }

    private DriverChoice choice() {
        DriverChoice installed = DriverChoice.installed().withWrites(allowWrites);
        return driver == null ? installed : installed.withName(driver);
    }

    private @Nullable Path directory(String address) {
        Path report = options.report();
        return report == null || addresses.size() == 1
                ? report
                : report.resolve(address.replaceAll("[^a-zA-Z0-9.]+", "-"));
    }
}
