// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.deviceaccess.spi.driver.Driver;

/**
 * All requirements.
 *
 * @param name what is specified
 * @param version the version of the specification
 * @param spiLevel the level of the SPI that it describes
 * @param chapters the requirements by area
 */
public record Specification(String name, String version, int spiLevel, List<Chapter> chapters) {
    /** Copies the list. */
    public Specification {
        chapters = List.copyOf(chapters);
    }

    /** Returns the specification that belongs to this version of the kit, of backends and of drivers. */
    public static Specification current() {
        return SpecificationReader.readCurrent();
    }

    /** Returns the requirements that backends have to meet. */
    public static Specification ofBackends() {
        return current().of(profile -> profile.driverType().isEmpty());
    }

    /** Returns the requirements that drivers have to meet. */
    public static Specification ofDrivers() {
        return current().of(profile -> profile.driverType().isPresent());
    }

    /** Returns the requirements that drivers of a type have to meet. */
    public static Specification ofDrivers(Class<? extends Driver> type) {
        return current()
                .of(profile -> profile.driverType()
                        .filter(common -> common.isAssignableFrom(type))
                        .isPresent());
    }

    private Specification of(Predicate<Profile> wanted) {
        return new Specification(
                name,
                version,
                spiLevel,
                chapters.stream()
                        .map(chapter -> new Chapter(
                                chapter.area(),
                                chapter.title(),
                                chapter.introduction(),
                                chapter.requirements().stream()
                                        .filter(requirement -> wanted.test(requirement.profile()))
                                        .toList()))
                        .filter(chapter -> !chapter.requirements().isEmpty())
                        .toList());
    }

    /** Returns all requirements in the order of the chapters. */
    public List<Requirement> requirements() {
        return chapters.stream().flatMap(c -> c.requirements().stream()).toList();
    }

    /**
     * Returns a requirement.
     *
     * @param id {@code DA-AREA-NNN}
     * @throws NoSuchElementException if there is none with the id
     */
    public Requirement requirement(String id) {
        return requirements().stream()
                .filter(requirement -> requirement.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no requirement has the id " + id));
    }

    /** Returns what sorts ids as the chapters have them. */
    public Comparator<String> order() {
        Map<String, Integer> positions = new LinkedHashMap<>();
        requirements().forEach(requirement -> positions.put(requirement.id(), positions.size()));
        return Comparator.comparingInt((String id) -> positions.getOrDefault(id, Integer.MAX_VALUE))
                .thenComparing(Comparator.naturalOrder());
    }
}
