// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.tck.Exclusion;
import org.deviceaccess.tck.Tck;
import org.deviceaccess.tck.TckConfig;
import org.deviceaccess.tck.TckListener;
import org.deviceaccess.tck.report.Outcome;
import org.deviceaccess.tck.report.TckReport;
import org.deviceaccess.tck.spec.Effort;

/**
 * A backend with one fault, and the requirements that it breaks by that.
 *
 * @param name what is wrong with it
 * @param backend makes it
 * @param breaks the ids of the requirements that must fail, and no others
 */
record Fault(String name, Supplier<DeviceAccessProvider> backend, Set<String> breaks) {
    private static final Effort EFFORT = new Effort(3, 3, 20, 20, 20);
    // Runs beside this one open and close devices, too, and would be found guilty for each other.
    private static final List<Exclusion> LEFTOVERS = Stream.of(
                    "DA-LIFE-011", "DA-LIFE-012", "DA-LIFE-013", "DA-LIFE-014")
            .map(id -> new Exclusion(id, "several runs at a time", "https://example.org/"))
            .toList();

    static Fault of(String name, Supplier<DeviceAccessProvider> backend, String... breaks) {
        return new Fault(name, backend, Set.of(breaks));
    }

    /** Runs the kit and asserts which requirements fail. */
    void assertFound() {
        assertFound(LEFTOVERS);
    }

    /** The same, with the search for leftovers, which needs the JVM for itself. */
    void assertFoundAlone() {
        assertFound(List.of());
    }

    private void assertFound(List<Exclusion> exclusions) {
        TckReport report = run(backend.get(), exclusions);
        String reasons = report.with(Outcome.FAILED).stream()
                .map(result -> result.requirement().id() + ": " + result.reason())
                .collect(Collectors.joining("\n"));
        assertEquals(new TreeSet<>(breaks), report.ids(Outcome.FAILED), reasons);
    }

    static TckReport run(DeviceAccessProvider backend, List<Exclusion> exclusions) {
        Devices devices = Devices.builder()
                .providers(List.of(backend))
                .properties(Map.of())
                .environment(Map.of())
                .build();
        TckConfig config =
                TckConfig.of("sim:edu").withDevices(devices).withEffort(EFFORT).withExclusions(exclusions);
        return Tck.run(config, TckListener.NONE);
    }

    @Override
    public String toString() {
        return name;
    }
}
