// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.Devices;
import picocli.CommandLine;

/**
 * What one run of the command gave.
 *
 * @param exitCode its exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record CommandRun(int exitCode, String out, String err) {
    /** Runs the command with the installed backends and no configuration. */
    static CommandRun of(String... args) {
        return run(Devices.builder(), args);
    }

    /** Runs the command with these backends and no configuration. */
    static CommandRun with(List<DeviceAccessProvider> providers, String... args) {
        return run(Devices.builder().providers(providers), args);
    }

    private static CommandRun run(Devices.Builder devices, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = commandLine(out, err, devices).execute(args);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    static CommandLine commandLine(StringWriter out, StringWriter err, Devices.Builder devices) {
        return Main.commandLine(new Context(
                () -> devices.properties(Map.of()).environment(Map.of()).build(),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new Interruption(Duration.ZERO),
                false));
    }

    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + out, e);
        }
    }
}
