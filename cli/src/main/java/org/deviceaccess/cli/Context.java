// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.PrintWriter;
import java.util.function.Supplier;
import org.deviceaccess.spi.Devices;

/**
 * What all subcommands work with.
 *
 * @param devices finds the backends and reads the configuration, when a subcommand wants it and not for {@code --help}
 * @param out standard output: results
 * @param err standard error: errors and progress
 * @param interruption whether the command is to end early
 * @param interactive whether a person is looking, so that progress is shown
 */
record Context(
        Supplier<Devices> devices, PrintWriter out, PrintWriter err, Interruption interruption, boolean interactive) {}
