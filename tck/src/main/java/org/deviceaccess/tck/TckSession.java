// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.tck.drivers.AllDriverTests;
import org.deviceaccess.tck.kit.Survey;
import org.deviceaccess.tck.kit.TckRun;
import org.deviceaccess.tck.kit.TestedDriver;
import org.deviceaccess.tck.kit.Timeouts;
import org.deviceaccess.tck.report.ReportFiles;
import org.deviceaccess.tck.report.Subject;
import org.deviceaccess.tck.report.TckReport;
import org.deviceaccess.tck.report.TestResult;
import org.deviceaccess.tck.spec.Requirement;
import org.deviceaccess.tck.spec.Specification;
import org.deviceaccess.tck.tests.AllTests;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/** One run of the kit: the tests and what they are handed, on a launcher that nothing else on the class path changes. */
final class TckSession implements AutoCloseable {
    private final TckConfig config;
    private final TckRun run;
    private final LauncherSession launcher;
    private final TckListener listener;

    /** Opens the device, to learn what it claims and which driver it has. */
    TckSession(TckConfig config, TckListener listener) {
        this.config = config;
        this.listener = listener;
        Map<String, String> exclusions = new LinkedHashMap<>();
        config.exclusions().forEach(e -> exclusions.put(e.id(), e.reason() + " (" + e.link() + ")"));
        TestedDriver driver = testedDriver(config);
        this.run = new TckRun(
                config.address(),
                config.devices(),
                Survey.take(config.devices(), config.address()),
                driver == null
                        ? Specification.ofBackends()
                        : Specification.ofDrivers(driver.provider().type()),
                config.effort(),
                driver,
                exclusions,
                listener::isInterrupted);
        this.launcher = LauncherFactory.openSession(LauncherConfig.builder()
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build());
        launcher.getStore().put(TckRun.STORE, TckRun.class, run);
    }

    private static @Nullable TestedDriver testedDriver(TckConfig config) {
        DriverChoice choice = config.driver();
        if (choice == null) {
            return null;
        }
        try (DeviceAccess device = config.devices().access(config.address())) {
            return TestedDriver.find(device, choice.candidates(), choice.allowWrites(), choice.patience());
        }
    }

    /** Returns the requirements that were asked for. */
    List<Requirement> requirements() {
        return run.specification().requirements().stream()
                .filter(requirement -> config.includes(requirement.id()))
                .toList();
    }

    /** Returns the tests of the requirements that were asked for, by their unique ids, with those requirements. */
    Map<String, List<String>> tests() {
        Map<String, List<String>> tests = new LinkedHashMap<>();
        var plan = launcher.getLauncher().discover(request(allClasses()));
        plan.getRoots()
                .forEach(root -> plan.getDescendants(root).stream()
                        .filter(TestIdentifier::isTest)
                        .forEach(test -> tests.put(
                                test.getUniqueId(), Provenance.of(test).requirements())));
        return tests;
    }

    /** Runs one test. */
    TestResult runOne(String uniqueId) {
        ResultCollector collector = new ResultCollector(run, TckListener.NONE);
        launcher.getLauncher().execute(request(List.of(selectUniqueId(uniqueId))), collector);
        List<TestResult> results = collector.results();
        if (results.size() != 1) {
            throw new IllegalStateException(uniqueId + " gave " + results.size() + " results instead of one");
        }
        return results.getFirst();
    }

    /** Runs all tests, unless it is interrupted, and writes the reports. */
    TckReport runAll() {
        Instant started = Instant.now();
        long start = System.nanoTime();
        ResultCollector collector = new ResultCollector(run, listener);
        List<TestExecutionListener> listeners = new ArrayList<>(List.of(collector));
        Path directory = config.reportDirectory();
        if (directory != null) {
            ReportFiles.prepare(directory);
            // What it cannot write it says to this writer; that the files are there is checked below.
            listeners.add(new LegacyXmlReportGeneratingListener(directory, new PrintWriter(Writer.nullWriter())));
        }
        launcher.getLauncher().execute(request(allClasses()), listeners.toArray(TestExecutionListener[]::new));
        Set<String> unfinished = collector.unfinished();
        List<TestResult> results = collector.results();
        TckReport report = new TckReport(
                run.specification(),
                version(),
                subject(),
                started,
                Duration.ofNanos(System.nanoTime() - start),
                config.effort(),
                !config.include().isEmpty(),
                !unfinished.isEmpty(),
                TckReport.results(
                        requirements().stream()
                                .filter(requirement -> !unfinished.contains(requirement.id()))
                                .toList(),
                        results),
                results);
        if (directory != null) {
            ReportFiles.write(report, directory);
        }
        return report;
    }

    private List<DiscoverySelector> allClasses() {
        List<DiscoverySelector> selectors = new ArrayList<>();
        (run.driver() == null ? AllTests.classes() : AllDriverTests.classes())
                .forEach(type -> selectors.add(selectClass(type)));
        return selectors;
    }

    private LauncherDiscoveryRequest request(List<DiscoverySelector> selectors) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors)
                .filters(EngineFilter.includeEngines("junit-jupiter"), included())
                // What a junit-platform.properties on the class path says is for the tests of its project.
                .enableImplicitConfigurationParameters(false)
                .configurationParameter(
                        "junit.jupiter.execution.timeout.testable.method.default",
                        Timeouts.test(config.effort()).toSeconds() + " s")
                .configurationParameter("junit.jupiter.testmethod.order.default", TckRun.METHOD_ORDER)
                // A test that hangs in a system call cannot be interrupted; the run goes on without it.
                .configurationParameter("junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
                .build();
    }

    private PostDiscoveryFilter included() {
        return descriptor -> descriptor
                .getSource()
                .flatMap(Provenance::of)
                .map(provenance -> FilterResult.includedIf(requirements().stream()
                        .anyMatch(asked -> provenance.requirements().contains(asked.id()))))
                .orElseGet(() -> FilterResult.included("no test"));
    }

    private Subject subject() {
        Survey survey = run.survey();
        return new Subject(
                survey.provider().name(),
                survey.provider().description(),
                survey.provider().getClass().getName(),
                survey.address().toString(),
                survey.identity(),
                survey.trust(),
                survey.capabilities(),
                survey.knownDevice() == null ? null : survey.knownDevice().name(),
                driver(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    }

    private Subject.@Nullable DriverUnderTest driver() {
        TestedDriver tested = run.driver();
        return tested == null
                ? null
                : new Subject.DriverUnderTest(
                        tested.provider().name(),
                        tested.provider().type().getSimpleName(),
                        tested.provider().getClass().getName(),
                        tested.writesAllowed());
    }

    private static String version() {
        return Optional.ofNullable(Tck.class.getModule().getDescriptor())
                .flatMap(descriptor -> descriptor.rawVersion())
                .or(() -> Optional.ofNullable(Tck.class.getPackage().getImplementationVersion()))
                .orElse("unversioned");
    }

    @Override
    public void close() {
        launcher.close();
    }
}
