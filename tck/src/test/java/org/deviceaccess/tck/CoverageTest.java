// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deviceaccess.tck.drivers.AllDriverTests;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.spec.Requirement;
import org.deviceaccess.tck.spec.Specification;
import org.deviceaccess.tck.tests.AllTests;
import org.junit.jupiter.api.Test;

/** The tests cover the requirements, and nobody can weaken them. */
class CoverageTest {
    private static final List<Class<?>> CLASSES = Stream.of(AllTests.classes(), AllDriverTests.classes())
            .flatMap(List::stream)
            .toList();
    private static final List<Method> TESTS = CLASSES.stream()
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(Proves.class))
            .toList();

    @Test
    void everyTestableRequirementHasATest() {
        Set<String> testable = Specification.current().requirements().stream()
                .filter(Requirement::testable)
                .map(Requirement::id)
                .collect(Collectors.toCollection(TreeSet::new));
        testable.removeAll(proven());
        assertEquals(Set.of(), testable, "testable requirements without a test");
    }

    @Test
    void everyTestProvesTestableRequirements() {
        Set<String> known = Specification.current().requirements().stream()
                .filter(Requirement::testable)
                .map(Requirement::id)
                .collect(Collectors.toSet());
        Set<String> unknown = new TreeSet<>(proven());
        unknown.removeAll(known);
        assertEquals(Set.of(), unknown, "what tests prove that is no testable requirement");
        assertTrue(TESTS.stream()
                .noneMatch(test -> test.getAnnotation(Proves.class).value().length == 0));
    }

    @Test
    void testsCannotBeOverridden() {
        for (Class<?> type : CLASSES) {
            assertTrue(Modifier.isFinal(type.getModifiers()), type + " is not final");
            assertEquals(Object.class, type.getSuperclass(), "the superclass of " + type);
        }
    }

    @Test
    void requirementsOfDriversAreProvenByTestsOfDrivers() {
        Set<String> ofDrivers = Specification.ofDrivers().requirements().stream()
                .filter(Requirement::testable)
                .map(Requirement::id)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                ofDrivers,
                TESTS.stream()
                        .filter(test -> AllDriverTests.classes().contains(test.getDeclaringClass()))
                        .flatMap(test ->
                                Arrays.stream(test.getAnnotation(Proves.class).value()))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyClassOfTestsIsRun() {
        assertEquals(CLASSES.size(), new HashSet<>(CLASSES).size());
        assertAllListed(AllTests.class, AllTests.classes());
        assertAllListed(AllDriverTests.class, AllDriverTests.classes());
    }

    private static void assertAllListed(Class<?> list, List<Class<?>> classes) {
        File directory = new File(
                list.getProtectionDomain().getCodeSource().getLocation().getPath(),
                list.getPackageName().replace('.', '/'));
        String self = list.getSimpleName() + ".class";
        File[] files = directory.listFiles((dir, name) -> name.endsWith("Tests.class") && !name.equals(self));
        assertFalse(files == null, directory + " cannot be read");
        Set<String> found = new TreeSet<>();
        Arrays.stream(files).forEach(file -> found.add(file.getName().replace(".class", "")));
        Set<String> listed = new TreeSet<>();
        classes.forEach(type -> listed.add(type.getSimpleName()));
        assertEquals(found, listed);
    }

    private static Set<String> proven() {
        return TESTS.stream()
                .flatMap(test -> Arrays.stream(test.getAnnotation(Proves.class).value()))
                .collect(Collectors.toSet());
    }
}
