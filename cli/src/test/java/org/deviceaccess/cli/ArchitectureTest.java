// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Formatter;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the picture of the modules (docs/architecture.md) and the rules that keep it: this is the one module that
 * sees all the others.
 */
class ArchitectureTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final String SPI = "org.deviceaccess.spi..";
    private static final String LINUX = "org.deviceaccess.linux..";
    private static final String BACKENDS = "org.deviceaccess.backend..";
    private static final String DRIVERS = "org.deviceaccess.drivers..";
    private static final String TCK = "org.deviceaccess.tck..";
    private static final String CLI = "org.deviceaccess.cli..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.deviceaccess");

    @Test
    void everyModuleWasLookedAt() throws IOException {
        for (Path module : modules()) {
            Path sources = module.resolve("src/main/java");
            Set<String> packages = packagesWithClasses(sources);
            Set<String> missing = new TreeSet<>(packages);
            CLASSES.forEach(c -> missing.remove(c.getPackageName()));
            assertEquals(Set.of(), missing, "packages of " + module.getFileName() + " that the rules did not see");
        }
    }

    @Test
    void spiStandsAlone() {
        check(classes()
                .that()
                .resideInAPackage(SPI)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..", SPI)
                .because("drivers and backends depend on the contract, never the contract on them"));
    }

    @Test
    void linuxSeesTheSpiAlone() {
        check(ownDependenciesOf(LINUX).should(onlySee(LINUX, SPI)));
    }

    @Test
    void driversSeeTheSpiAlone() {
        check(ownDependenciesOf(DRIVERS).should(onlySee(DRIVERS, SPI)));
    }

    @Test
    void theKitSeesTheSpiAlone() {
        check(ownDependenciesOf(TCK).should(onlySee(TCK, SPI)));
    }

    @Test
    void theSimulatedBackendSeesTheSpiAlone() {
        check(ownDependenciesOf("org.deviceaccess.backend.sim..")
                .should(onlySee("org.deviceaccess.backend.sim..", SPI)));
    }

    @Test
    void backendsSeeNothingButTheSpiAndLinux() {
        check(ownDependenciesOf(BACKENDS).should(onlySee(BACKENDS, SPI, LINUX)));
    }

    @Test
    void backendsDoNotSeeEachOther() {
        check(slices().matching("org.deviceaccess.backend.(*)..").should().notDependOnEachOther());
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("org.deviceaccess.(**)").should().beFreeOfCycles());
    }

    /** In other locales digits, letters and separators are others: no path, address or report may be made of them. */
    @Test
    void textDoesNotDependOnTheLocale() {
        check(noClasses()
                .should()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase")
                .orShould()
                .callMethod(PrintStream.class, "printf", String.class, Object[].class)
                .orShould()
                .callMethod(PrintStream.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
                .orShould()
                .callMethod(PrintWriter.class, "format", String.class, Object[].class)
                .orShould()
                .callConstructor(Formatter.class)
                .orShould()
                .callConstructor(Formatter.class, Appendable.class)
                .orShould()
                .callConstructor(Scanner.class, String.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.text.Format.class)
                .because("Locale.ROOT is to be said wherever text is made of values"));
    }

    @Test
    void nativeCallsAreInLinuxAlone() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(LINUX)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Linker.class));
    }

    @Test
    void memoryIsConjuredFromAddressesInLinuxAlone() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(LINUX)
                .should()
                .callMethodWhere(calls(MemorySegment.class, Set.of("reinterpret", "ofAddress")))
                .because("such a segment is as safe as its life time, and only linux knows that of a mapping"));
    }

    @Test
    void deviceMemoryIsNotAccessedWithOrderedModes() {
        check(noClasses()
                .that()
                .resideInAnyPackage("org.deviceaccess.spi.region..", DRIVERS)
                .and()
                // Its one field is the driver's own.
                .doNotHaveSimpleName("QueueGate")
                .should()
                .callMethodWhere(calls(
                        VarHandle.class,
                        Set.of("setVolatile", "setOpaque", "setRelease", "getAndSet", "getAndAdd", "compareAndSet")))
                .because("they read before they write as long as they are interpreted, and a device sees that read"));
    }

    @Test
    void noInternalsOfTheJdk() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun..", "jdk.internal..", "com.sun.management.internal.."));
    }

    @Test
    void loggingIsSlf4jAndOutputIsTheCommands() {
        check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
        check(noClasses()
                .that(resideOutsideOfPackages(CLI))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void noMutableStatics() {
        check(fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .and()
                // JNA binds native methods to the class itself, so that one class remembers whether it is bound.
                .areNotDeclaredIn("org.deviceaccess.linux.libc.JnaLibC")
                .should()
                .beFinal());
    }

    @Test
    void spiErrorsAreOneTree() {
        check(classes()
                .that()
                .resideInAPackage(SPI)
                .and()
                .areAssignableTo(Throwable.class)
                .should()
                .beAssignableTo("org.deviceaccess.spi.error.DeviceAccessException"));
    }

    /** By the sources: in class files try-with-resources catches Throwable, too. */
    @Test
    void nothingCatchesThrowable() throws IOException {
        var pattern = Pattern.compile("catch\\s*\\(\\s*(final\\s+)?(java\\.lang\\.)?Throwable\\b");
        Set<String> found = new TreeSet<>();
        for (Path module : modules()) {
            for (Path source : sources(module.resolve("src/main/java"))) {
                if (pattern.matcher(Files.readString(source)).find()) {
                    found.add(ROOT.relativize(source).toString());
                }
            }
        }
        assertEquals(Set.of(), found);
    }

    @Test
    void linuxIsExportedToTheBackendsAndTheCommandAlone() throws IOException {
        var linux = descriptor("linux");
        var friends = Set.of(
                "org.deviceaccess.backend.uio",
                "org.deviceaccess.backend.vfio",
                "org.deviceaccess.backend.vfio.noiommu",
                "org.deviceaccess.cli");
        for (var export : linux.exports()) {
            assertTrue(export.isQualified(), export.source() + " is exported to everyone");
            var others = new TreeSet<>(export.targets());
            others.removeAll(friends);
            assertEquals(Set.of(), others, export.source() + " is exported to strangers");
        }
    }

    /** A provider must be found on the module path and on the class path alike. */
    @Test
    void servicesAreDeclaredForModulePathAndClassPathAlike() throws IOException {
        for (Path module : modules()) {
            var declared = new TreeMap<String, Set<String>>();
            for (var provides : descriptor(module.getFileName().toString()).provides()) {
                declared.put(provides.service(), new TreeSet<>(provides.providers()));
            }
            assertEquals(declared, servicesOnTheClassPath(module), "services of " + module.getFileName());
        }
    }

    private static TreeMap<String, Set<String>> servicesOnTheClassPath(Path module) throws IOException {
        var services = new TreeMap<String, Set<String>>();
        Path directory = module.resolve("src/main/resources/META-INF/services");
        if (!Files.isDirectory(directory)) {
            return services;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                services.put(
                        file.getFileName().toString(),
                        Files.readAllLines(file).stream()
                                .map(line -> line.replaceFirst("#.*", "").strip())
                                .filter(line -> !line.isEmpty())
                                .collect(Collectors.toCollection(TreeSet::new)));
            }
        }
        return services;
    }

    private static void check(ArchRule rule) {
        // A module may not have a class of the kind yet; everyModuleWasLookedAt guards against seeing nothing.
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static GivenClassesConjunction ownDependenciesOf(String packages) {
        return classes().that().resideInAPackage(packages);
    }

    /** Whatever else the module descriptor allows: of DeviceAccess' own packages only these. */
    private static ArchCondition<JavaClass> onlySee(String... packages) {
        return ArchConditions.onlyDependOnClassesThat(
                resideOutsideOfPackages("org.deviceaccess..").or(resideInAnyPackage(packages)));
    }

    private static DescribedPredicate<JavaCall<?>> calls(Class<?> owner, Set<String> methods) {
        return DescribedPredicate.describe(
                owner.getSimpleName() + " " + methods,
                call -> call.getTargetOwner().isAssignableTo(owner) && methods.contains(call.getName()));
    }

    private static ModuleDescriptor descriptor(String module) throws IOException {
        try (var in = Files.newInputStream(ROOT.resolve(module).resolve("target/classes/module-info.class"))) {
            return ModuleDescriptor.read(in);
        }
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> directories = Files.list(ROOT)) {
            List<Path> modules = directories
                    .filter(d -> Files.exists(d.resolve("src/main/java/module-info.java")))
                    .filter(d -> !d.endsWith("benchmarks")) // never published, and built when all else is
                    .sorted()
                    .toList();
            assertFalse(modules.isEmpty(), "no modules in " + ROOT);
            return modules;
        }
    }

    private static List<Path> sources(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(f -> f.toString().endsWith(".java")).toList();
        }
    }

    private static Set<String> packagesWithClasses(Path directory) throws IOException {
        return sources(directory).stream()
                .filter(f -> !f.endsWith("package-info.java") && !f.endsWith("module-info.java"))
                .map(f -> directory.relativize(f.getParent()).toString().replace('/', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
