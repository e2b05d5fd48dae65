// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.PrintWriter;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person what went wrong: code, message and remedy; where it comes from only when asked. */
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Context context;
    private final Verbosity verbosity;

    ErrorReport(Context context, Verbosity verbosity) {
        this.context = context;
        this.verbosity = verbosity;
    }

    /** What is wrong with the command line, and what may have been meant. */
    @Override
    public int handleParseException(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        PrintWriter err = context.err();
        err.println("deviceaccess: " + problem.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(problem, err)) {
            err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        err.flush();
        return ExitCodes.USAGE;
    }

    /** What went wrong while a subcommand ran. */
    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
        print(problem);
        if (problem instanceof InterruptedException) {
            return ExitCodes.INTERRUPTED;
        }
        return isAboutInput(problem)
                ? ExitCodes.USAGE
                : command.getCommandSpec().exitCodeOnExecutionException();
    }

    /** Prints an exception to standard error. */
    void print(Exception problem) {
        PrintWriter err = context.err();
        if (problem instanceof DeviceAccessException expected) {
            err.println(expected.getMessage());
            err.println("  more:   deviceaccess errors " + expected.code());
        } else if (problem instanceof InterruptedException) {
            err.println("deviceaccess: interrupted");
        } else {
            err.println("deviceaccess: " + problem);
            err.println("  This is not one of the errors that DeviceAccess reports by itself;"
                    + " -v shows where it comes from.");
        }
        if (verbosity.showsStackTraces()) {
            problem.printStackTrace(err);
        }
        err.flush();
    }

    /** Returns whether the command line or the configuration has to be changed, and not the machine. */
    private static boolean isAboutInput(Exception problem) {
        return problem instanceof DeviceAccessException expected
                && switch (expected.code()) {
                    case ErrorCode.ADDRESS_INVALID,
                            ErrorCode.BACKEND_UNKNOWN,
                            ErrorCode.OPTION_UNKNOWN,
                            ErrorCode.OPTION_INVALID -> true;
                    default -> false;
                };
    }
}
