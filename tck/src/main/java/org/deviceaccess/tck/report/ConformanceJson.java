// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import org.deviceaccess.spi.pci.PciId;

/** Renders a report for programs; {@code conformance.json} of a report's directory holds it. */
public final class ConformanceJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ConformanceJson() {}

    /** Returns the report as a tree. */
    public static ObjectNode render(TckReport report) {
        ObjectNode root = NODES.objectNode();
        root.put("specification", report.specification().name());
        root.put("specificationVersion", report.specification().version());
        root.put("spiLevel", report.specification().spiLevel());
        root.put("tckVersion", report.tckVersion());
        root.put("judgement", lower(report.judgement()));
        root.put("partial", report.partial());
        root.put("started", report.started().toString());
        root.put("durationMillis", report.duration().toMillis());
        ObjectNode effort = root.putObject("effort");
        effort.put("races", report.effort().races());
        effort.put("cycles", report.effort().cycles());
        effort.put("interrupts", report.effort().interrupts());
        effort.put("buffers", report.effort().buffers());
        effort.put("failures", report.effort().failures());
        putSubject(root, report.subject());
        putCounts(root.putObject("counts"), report);
        ArrayNode results = root.putArray("requirements");
        report.results().forEach(result -> {
            ObjectNode node = results.addObject();
            node.put("id", result.requirement().id());
            node.put("level", result.requirement().level().name());
            node.put("profile", result.requirement().profile().name());
            node.put("title", result.requirement().title());
            node.put("outcome", lower(result.outcome()));
            if (result.reason() != null) {
                node.put("reason", result.reason());
            }
        });
        return root;
    }

    private static void putSubject(ObjectNode root, Subject subject) {
        ObjectNode provider = root.putObject("provider");
        provider.put("name", subject.provider());
        provider.put("description", subject.description());
        provider.put("class", subject.providerClass());
        Subject.DriverUnderTest tested = subject.driver();
        if (tested != null) {
            ObjectNode driver = root.putObject("driver");
            driver.put("name", tested.name());
            driver.put("type", tested.type());
            driver.put("class", tested.providerClass());
            driver.put("writesAllowed", tested.writesAllowed());
        }
        ObjectNode device = root.putObject("device");
        device.put("address", subject.address());
        device.put("name", subject.identity().name());
        PciId pci = subject.identity().pci();
        if (pci != null) {
            device.put("pci", pci.toString());
            device.put("classCode", String.format(Locale.ROOT, "%06x", pci.classCode()));
        }
        device.put("trust", lower(subject.trust()));
        ArrayNode capabilities = device.putArray("capabilities");
        subject.capabilities().stream().sorted().forEach(capability -> capabilities.add(capability.name()));
        device.put("knownDevice", subject.knownDevice());
        root.put("kernel", subject.kernel());
        root.put("java", subject.java());
    }

    private static void putCounts(ObjectNode counts, TckReport report) {
        for (Map.Entry<Outcome, Long> count : TckReport.count(report.results()).entrySet()) {
            counts.put(lower(count.getKey()), count.getValue());
        }
    }

    /** Returns how reports write a constant. */
    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
