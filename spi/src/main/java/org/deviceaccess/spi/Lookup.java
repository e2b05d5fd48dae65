// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deviceaccess.spi.Availability.Available;
import org.deviceaccess.spi.Availability.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * What became of the search for a backend.
 *
 * @param requested the address as it was asked for
 * @param resolved the address with aliases replaced; it names a backend where the call or the configuration does
 * @param verdicts what each provider that was asked says, the one that would be taken first
 * @param choice the address that would be opened, or {@code null} if no provider can
 */
public record Lookup(
        DeviceAddress requested,
        DeviceAddress resolved,
        List<Verdict> verdicts,
        @Nullable DeviceAddress choice) {
    /** Copies the list. */
    public Lookup {
        verdicts = List.copyOf(verdicts);
    }

    /** Returns the address that would be opened, with its backend, or nothing if no provider can open the device. */
    public Optional<DeviceAddress> chosen() {
        return Optional.ofNullable(choice);
    }

    /** Returns the verdicts as a table of provider, verdict, reason and remedy. */
    public String table() {
        if (verdicts.isEmpty()) {
            return "  no provider is installed";
        }
        int width = verdicts.stream().mapToInt(v -> v.provider().length()).max().orElse(0);
        StringBuilder table = new StringBuilder();
        for (Verdict verdict : verdicts) {
            table.append(table.isEmpty() ? "" : System.lineSeparator())
                    .append("  ")
                    .append(String.format(Locale.ROOT, "%-" + width + "s  ", verdict.provider()));
            switch (verdict.availability()) {
                case Available(TrustLevel trust) ->
                    table.append("available    trust ").append(trust);
                case Unavailable(var reason, var detail, var remedy) -> {
                    table.append("unavailable  ").append(reason).append(": ").append(detail);
                    if (remedy != null) {
                        table.append(System.lineSeparator())
                                .append(" ".repeat(width + 4))
                                .append("remedy: ")
                                .append(remedy);
                    }
                }
            }
        }
        return table.toString();
    }
}
