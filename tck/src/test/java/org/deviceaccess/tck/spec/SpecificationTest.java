// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecificationTest {
    private static final Path PAGE = Path.of("../docs/specification.md");

    @Test
    void describesThisLevelOfTheSpi() {
        assertEquals(DeviceAccessProvider.SPI_LEVEL, Specification.current().spiLevel());
    }

    @Test
    void idsAreUniqueAndTitlesToo() {
        List<Requirement> requirements = Specification.current().requirements();
        assertTrue(requirements.size() >= 60, "only " + requirements.size() + " requirements");
        assertEquals(
                requirements.size(),
                new HashSet<>(requirements.stream().map(Requirement::id).toList()).size());
        assertEquals(
                requirements.size(),
                new HashSet<>(requirements.stream().map(Requirement::title).toList()).size());
    }

    @Test
    void committedPageIsUpToDate() throws Exception {
        assertEquals(
                SpecificationPage.render(Specification.current()),
                Files.readString(PAGE),
                "regenerate it: java -cp … org.deviceaccess.tck.spec.SpecificationPage docs/specification.md");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'id':'DA-X-002'           | expected DA-X-001, found DA-X-002",
                "'text':'no full stop'     | the field text is no sentence",
                "'testable':false          | must have a reason exactly if it is not testable",
                "'reason':'Too slow.'      | must have a reason exactly if it is not testable",
                "'profil':'CORE'           | has the field profil",
                "'level':'PERHAPS'         | PERHAPS",
            })
    void refusesMalformedRequirements(String change, String message) throws Exception {
        JsonMapper mapper = new JsonMapper();
        var root = mapper.readTree("""
                {"specification": "s", "version": "1", "spiLevel": 1, "chapters": [{"area": "X", "title": "X",
                 "introduction": "All of X.", "requirements": [{"id": "DA-X-001", "level": "MUST", "profile": "CORE",
                 "since": "1", "title": "It works", "text": "It works."}]}]}
                """);
        assertEquals(1, SpecificationReader.read(root).requirements().size());
        mapper.readerForUpdating(root.at("/chapters/0/requirements/0")).readTree("{" + change.replace('\'', '"') + "}");
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SpecificationReader.read(root));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }
}
