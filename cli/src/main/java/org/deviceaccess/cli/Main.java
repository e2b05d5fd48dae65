// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.deviceaccess.spi.Devices;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code deviceaccess} command. */
@Command(
        name = "deviceaccess",
        header = "Reaches devices: their registers, interrupts and DMA, over interchangeable backends.",
        description = {
            "",
            "A device is named by an address, BACKEND:LOCATOR[?option=value&...]:",
            "",
            "  sim:edu              a simulated device, on any machine",
            "  vfio:0000:00:10.0    a PCI device behind an IOMMU",
            "  0000:00:10.0         the same, with the backend that can open it",
            "  nic0                 whatever deviceaccess.alias.nic0 is configured to be",
            "",
        },
        commandListHeading = "Commands:%n",
        optionListHeading = "%nOptions:%n",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nBegin with:%n",
        footer = {
            "  deviceaccess demo               everything in seconds, without hardware or root",
            "  deviceaccess list               the devices of this machine, and what can open them",
            "  deviceaccess help COMMAND       how to use a command, with examples",
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed: a device could not be opened, or did not do what it should",
            "2:the command line, an address or the configuration is wrong",
            "3:no test of the compatibility kit ran",
            "130:ended by Ctrl-C",
        },
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.LOCAL)
final class Main implements Callable<Integer> {
    private static final int WIDTH = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    private final Verbosity verbosity;

    private Main(Verbosity verbosity) {
        this.verbosity = verbosity;
    }

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        Interruption interruption = new Interruption(PATIENCE);
        Context context = new Context(Devices::installed, out, err, interruption, isInteractive());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(context), "interrupt"));
        int code;
        try {
            code = commandLine(context).execute(args);
        } finally {
            interruption.ended();
        }
        System.exit(code);
    }

    /** Runs when the JVM is to end: after the command has, or because of a signal. */
    private static void interrupt(Context context) {
        try {
            if (!context.interruption().request()) {
                new Progress(context).takeAway();
                context.err()
                        .println("deviceaccess: interrupted; what is under way does not end, and is left as it is");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; the JVM goes on ending
        }
    }

    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    private static boolean isInteractive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Makes the command line with all subcommands. */
    static CommandLine commandLine(Context context) {
        Verbosity verbosity = new Verbosity();
        CommandLine commands = new CommandLine(new Main(verbosity))
                .addSubcommand(new DemoCommand(context))
                .addSubcommand(new ListCommand(context))
                .addSubcommand(new InfoCommand(context))
                .addSubcommand(new TckCommand(context))
                .addSubcommand(new TckDriverCommand(context))
                .addSubcommand(new TckMatrixCommand(context))
                .addSubcommand(new BackendsCommand(context))
                .addSubcommand(new DoctorCommand(context))
                .addSubcommand(new ErrorsCommand(context))
                .addSubcommand(new CommandLine.HelpCommand());
        ErrorReport errors = new ErrorReport(context, verbosity);
        commands.setOut(context.out())
                .setErr(context.err())
                .setUsageHelpWidth(WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
        return commands;
    }

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say more on standard error: -v what is chosen and opened, why, and where errors come from, "
                    + "-vv also what is mapped, enabled and closed.")
    void setVerbosity(boolean[] given) {
        verbosity.set(given.length);
    }

    /** Without a subcommand there is nothing to do but to say which there are. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCodes.USAGE;
    }
}
