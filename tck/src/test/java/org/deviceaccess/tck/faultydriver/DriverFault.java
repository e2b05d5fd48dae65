// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.tck.DriverChoice;
import org.deviceaccess.tck.Exclusion;
import org.deviceaccess.tck.Tck;
import org.deviceaccess.tck.TckConfig;
import org.deviceaccess.tck.TckListener;
import org.deviceaccess.tck.report.Outcome;
import org.deviceaccess.tck.report.TckReport;
import org.deviceaccess.tck.spec.Effort;

/**
 * A driver with one fault, and the requirements that it breaks by that.
 *
 * @param name what is wrong with it
 * @param address the device it is for
 * @param provider makes it
 * @param breaks the ids of the requirements that must fail, and no others
 */
record DriverFault(String name, String address, DriverProvider provider, Set<String> breaks) {
    private static final Effort EFFORT = new Effort(5, 3, 20, 20, 20);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    // Runs beside this one start threads, too, and would be found guilty for each other.
    private static final List<Exclusion> LEFTOVERS =
            List.of(new Exclusion("DA-DRV-021", "several runs at a time", "https://example.org/"));

    /** A driver of the simulated edu device with a fault. */
    static DriverFault of(String name, Function<DeviceAccess, SoundDriver> driver, String... breaks) {
        return of(name, new SoundProvider(driver), breaks);
    }

    /** A driver of the simulated edu device with a fault in its provider. */
    static DriverFault of(String name, DriverProvider provider, String... breaks) {
        return new DriverFault(name, "sim:edu", provider, Set.of(breaks));
    }

    /** Runs the kit and asserts which requirements fail. */
    void assertFound() {
        assertFound(LEFTOVERS);
    }

    /** The same, with the search for threads, which needs the JVM for itself. */
    void assertFoundAlone() {
        assertFound(List.of());
    }

    private void assertFound(List<Exclusion> exclusions) {
        TckConfig config = TckConfig.ofDriver(address, DriverChoice.of(provider).withPatience(PATIENCE))
                .withEffort(EFFORT)
                .withExclusions(exclusions);
        TckReport report = Tck.run(config, TckListener.NONE);
        String reasons = report.with(Outcome.FAILED).stream()
                .map(result -> result.requirement().id() + ": " + result.reason())
                .collect(Collectors.joining("\n"));
        assertEquals(new TreeSet<>(breaks), report.ids(Outcome.FAILED), reasons);
    }

    @Override
    public String toString() {
        return name;
    }
}
