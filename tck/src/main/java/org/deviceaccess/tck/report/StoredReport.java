// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.TrustLevel;
import org.jspecify.annotations.Nullable;

/**
 * A report of an earlier run, as {@code conformance.json} holds it.
 *
 * @param file where it was read from
 * @param specificationVersion the version of the requirements that were tried
 * @param address the device
 * @param driver the name of the driver that was tested, or {@code null} where it was the backend
 * @param trust its trust level
 * @param capabilities what it claimed
 * @param results by the ids of the requirements, in the specification's order
 */
public record StoredReport(
        Path file,
        String specificationVersion,
        DeviceAddress address,
        @Nullable String driver,
        TrustLevel trust,
        Set<Capability> capabilities,
        Map<String, Result> results) {
    /**
     * What came of a requirement.
     *
     * @param outcome the outcome
     * @param reason why it failed or was not tried, or {@code null}
     */
    public record Result(Outcome outcome, @Nullable String reason) {}

    /** The name of the files that are read. */
    public static final String FILE_NAME = "conformance.json";

    /**
     * Reads the reports in and below directories.
     *
     * @param paths directories, or files that are reports
     * @return the reports, sorted by their paths
     * @throws UncheckedIOException if one cannot be read, or is no report
     */
    public static List<StoredReport> readAll(Collection<Path> paths) {
        Set<Path> files = new TreeSet<>();
        for (Path path : paths) {
            try (Stream<Path> below = Files.walk(path)) {
                below.filter(file -> file.equals(path) || file.endsWith(FILE_NAME))
                        .filter(Files::isRegularFile)
                        .forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look for reports in " + path, e);
            }
        }
        return files.stream().map(StoredReport::read).toList();
    }

    private static StoredReport read(Path file) {
        try {
            return parse(file, JsonMapper.builder().build().readTree(file.toFile()));
        } catch (IOException | IllegalArgumentException e) {
            throw new UncheckedIOException("cannot read the report " + file, new IOException(e.getMessage(), e));
        }
    }

    private static StoredReport parse(Path file, JsonNode root) {
        if (root.path("judgement").asText().equals(ConformanceJson.lower(Judgement.INTERRUPTED))) {
            throw new IllegalArgumentException("the run was interrupted, so it says nothing of what was not tried");
        }
        Map<String, Result> results = new LinkedHashMap<>();
        for (JsonNode node : required(root, "requirements")) {
            JsonNode reason = node.get("reason");
            results.put(
                    required(node, "id").asText(),
                    new Result(
                            constant(Outcome.class, required(node, "outcome")),
                            reason == null ? null : reason.asText()));
        }
        JsonNode device = required(root, "device");
        Set<Capability> capabilities = new TreeSet<>();
        required(device, "capabilities").forEach(name -> capabilities.add(constant(Capability.class, name)));
        return new StoredReport(
                file,
                required(root, "specificationVersion").asText(),
                DeviceAddress.parse(required(device, "address").asText()),
                root.has("driver") ? required(root.get("driver"), "name").asText() : null,
                constant(TrustLevel.class, required(device, "trust")),
                capabilities,
                results);
    }

    private static JsonNode required(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw new IllegalArgumentException("it has no field '" + field + "'");
        }
        return value;
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode name) {
        return Enum.valueOf(type, name.asText().toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Returns the backend with the options that were said: {@code uio?unsafe=true}. */
    public String backend() {
        String address = this.address.toString();
        int question = address.indexOf('?');
        return this.address.backend() + (question < 0 ? "" : address.substring(question));
    }

    /** Returns how many requirements have an outcome. */
    public long count(Outcome outcome) {
        return results.values().stream()
                .filter(result -> result.outcome() == outcome)
                .count();
    }

    /** Returns what came of requirements that were not tried, by reason. */
    Map<String, List<String>> reasons(Outcome outcome) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        results.forEach((id, result) -> {
            if (result.outcome() == outcome) {
                byReason.computeIfAbsent(String.valueOf(result.reason()), reason -> new ArrayList<>())
                        .add(id);
            }
        });
        return byReason;
    }
}
