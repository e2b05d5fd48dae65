// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.tck.spec.Effort;
import org.deviceaccess.tck.spec.Specification;
import org.jspecify.annotations.Nullable;

/**
 * What is to be tested, and how.
 *
 * @param address the device, in any form that {@link Devices#access(String)} takes
 * @param devices what opens it
 * @param effort how often races and leaks are tried
 * @param include the ids, or the areas such as {@code DA-DMA}, of the requirements that are asked for; empty for all
 * @param exclusions the requirements that are left out, with a reason
 * @param driver the driver that is to be tested, or {@code null} for the backend
 * @param reportDirectory where reports are written, or {@code null} for nowhere
 */
public record TckConfig(
        String address,
        Devices devices,
        Effort effort,
        Set<String> include,
        List<Exclusion> exclusions,
        @Nullable DriverChoice driver,
        @Nullable Path reportDirectory) {
    /**
     * Copies the collections and checks the ids.
     *
     * @throws IllegalArgumentException if an id or area is unknown, or a requirement is excluded twice
     */
    public TckConfig {
        include = Set.copyOf(include);
        exclusions = List.copyOf(exclusions);
        List<String> ids = specification(driver).requirements().stream()
                .map(requirement -> requirement.id())
                .toList();
        for (String wanted : include) {
            if (ids.stream().noneMatch(id -> isMeant(id, wanted))) {
                String what = driver == null ? "a backend" : "a driver";
                throw new IllegalArgumentException("no requirement of " + what + " is named by '" + wanted
                        + "'; write an id such as " + ids.getFirst() + ", or its area without the number");
            }
        }
        for (Exclusion exclusion : exclusions) {
            if (!ids.contains(exclusion.id())) {
                throw new IllegalArgumentException("there is no requirement " + exclusion.id() + " to exclude");
            }
            if (exclusions.stream()
                            .filter(other -> other.id().equals(exclusion.id()))
                            .count()
                    > 1) {
                throw new IllegalArgumentException(exclusion.id() + " is excluded twice");
            }
        }
    }

    /** Returns what tests the backend with a device, quickly and without reports. */
    public static TckConfig of(String address) {
        return new TckConfig(address, Devices.installed(), Effort.QUICK, Set.of(), List.of(), null, null);
    }

    /** Returns what tests the installed driver of a device, quickly and without reports. */
    public static TckConfig ofDriver(String address) {
        return ofDriver(address, DriverChoice.installed());
    }

    /** Returns what tests a driver with a device, quickly and without reports. */
    public static TckConfig ofDriver(String address, DriverChoice driver) {
        return new TckConfig(address, Devices.installed(), Effort.QUICK, Set.of(), List.of(), driver, null);
    }

    /** Returns the same with devices opened by something else. */
    public TckConfig withDevices(Devices newDevices) {
        return new TckConfig(address, newDevices, effort, include, exclusions, driver, reportDirectory);
    }

    /** Returns the same with another effort. */
    public TckConfig withEffort(Effort newEffort) {
        return new TckConfig(address, devices, newEffort, include, exclusions, driver, reportDirectory);
    }

    /** Returns the same for these requirements alone, by ids or areas. */
    public TckConfig withInclude(Set<String> idsOrAreas) {
        return new TckConfig(address, devices, effort, idsOrAreas, exclusions, driver, reportDirectory);
    }

    /** Returns the same without these requirements. */
    public TckConfig withExclusions(List<Exclusion> newExclusions) {
        return new TckConfig(address, devices, effort, include, newExclusions, driver, reportDirectory);
    }

    /** Returns the same with reports written into a directory, which is made if needed. */
    public TckConfig withReportDirectory(Path directory) {
        return new TckConfig(address, devices, effort, include, exclusions, driver, directory);
    }

    private static Specification specification(@Nullable DriverChoice driver) {
        return driver == null ? Specification.ofBackends() : Specification.ofDrivers();
    }

    /** Returns whether a requirement is asked for. */
    boolean includes(String id) {
        return include.isEmpty() || include.stream().anyMatch(wanted -> isMeant(id, wanted));
    }

    private static boolean isMeant(String id, String wanted) {
        return id.equals(wanted) || id.startsWith(wanted + "-");
    }
}
