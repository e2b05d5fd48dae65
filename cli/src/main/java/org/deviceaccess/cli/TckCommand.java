// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code deviceaccess tck}: runs the compatibility kit on a backend. */
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
            "130:ended by Ctrl-C: the test under way was let end, and the report says that it is of an interrupted run",
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

    @Parameters(paramLabel = "ADDRESS", description = "The device to prove the backend with.")
    private String address = "";

    @Mixin
    private KitOptions options = new KitOptions();

    TckCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        return options.proveBackend(context, address);
    }
}
