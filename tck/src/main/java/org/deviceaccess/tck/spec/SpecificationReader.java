// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.deviceaccess.spi.Capability;

/** Reads the file of requirements and refuses one that is not well-formed. */
final class SpecificationReader {
    private static final String RESOURCE = "requirements.json";
    private static final Pattern SENTENCE = Pattern.compile("\\S.*\\.", Pattern.DOTALL);
    private static final Set<String> FIELDS =
            Set.of("id", "level", "profile", "claims", "since", "title", "text", "testable", "reason");
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SpecificationReader() {}

    static Specification readCurrent() {
        try (InputStream stream = SpecificationReader.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the kit");
            }
            return read(MAPPER.readTree(stream));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    static Specification read(JsonNode root) {
        List<Chapter> chapters = new ArrayList<>();
        Set<String> areas = new HashSet<>();
        for (JsonNode chapter : root.path("chapters")) {
            Chapter read = readChapter(chapter);
            require(areas.add(read.area()), "the area " + read.area() + " occurs twice");
            chapters.add(read);
        }
        require(!chapters.isEmpty(), "there are no chapters");
        return new Specification(
                text(root, "specification"),
                text(root, "version"),
                root.path("spiLevel").asInt(),
                chapters);
    }

    private static Chapter readChapter(JsonNode chapter) {
        String area = text(chapter, "area");
        List<Requirement> requirements = new ArrayList<>();
        for (JsonNode node : chapter.path("requirements")) {
            Requirement requirement = readRequirement(node);
            // Numbers ascend without gaps: an id that is withdrawn stays in the file, as not testable.
            String expected = String.format(Locale.ROOT, "DA-%s-%03d", area, requirements.size() + 1);
            require(requirement.id().equals(expected), "expected " + expected + ", found " + requirement.id());
            requirements.add(requirement);
        }
        require(!requirements.isEmpty(), "the area " + area + " has no requirement");
        return new Chapter(area, text(chapter, "title"), sentence(chapter, "introduction"), requirements);
    }

    private static Requirement readRequirement(JsonNode node) {
        String id = text(node, "id");
        node.fieldNames().forEachRemaining(field -> require(FIELDS.contains(field), id + " has the field " + field));
        Set<Capability> claims = EnumSet.noneOf(Capability.class);
        node.path("claims").forEach(claim -> claims.add(Capability.valueOf(claim.asText())));
        boolean testable = node.path("testable").asBoolean(true);
        require(testable != node.has("reason"), id + " must have a reason exactly if it is not testable");
        return new Requirement(
                id,
                Level.valueOf(text(node, "level")),
                Profile.valueOf(text(node, "profile")),
                claims,
                text(node, "since"),
                text(node, "title"),
                sentence(node, "text"),
                testable,
                testable ? null : sentence(node, "reason"));
    }

    private static String text(JsonNode node, String field) {
        String value = node.path(field).asText("");
        require(!value.isBlank(), "the field " + field + " is missing in " + node);
        return value;
    }

    private static String sentence(JsonNode node, String field) {
        String value = text(node, field);
        require(SENTENCE.matcher(value).matches(), "the field " + field + " is no sentence: " + value);
        return value;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(RESOURCE + ": " + otherwise);
        }
    }
}
