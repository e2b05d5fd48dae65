// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.tck.spec.Effort;
import org.deviceaccess.tck.spec.Requirement;
import org.deviceaccess.tck.spec.Specification;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ConformancePageTest {
    private static final String HOSTILE = "expected <1> & got \"</td><script>alert(1)</script>\" with \u0001 in it";
    private static final List<Requirement> REQUIREMENTS =
            Specification.current().requirements();

    private static TckReport report(List<RequirementResult> results) {
        Subject subject = new Subject(
                "sim",
                "devices <inside> the JVM",
                "example.Provider",
                "sim:edu",
                new DeviceIdentity("sim:edu", null, -1),
                TrustLevel.IOMMU,
                Set.of(),
                null,
                null,
                "Linux",
                "Java");
        return new TckReport(
                Specification.current(),
                "1.0",
                subject,
                Instant.EPOCH,
                Duration.ofSeconds(1),
                Effort.QUICK,
                false,
                false,
                results,
                List.of());
    }

    private static Document parse(String page) throws Exception {
        assertTrue(page.startsWith("<!DOCTYPE html>\n"), page.substring(0, 40));
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page)));
    }

    @Test
    void everyRequirementIsThereOnceWithItsOutcome() throws Exception {
        List<RequirementResult> results = REQUIREMENTS.stream()
                .map(requirement -> new RequirementResult(requirement, Outcome.PASSED, null))
                .toList();
        NodeList rows = parse(ConformancePage.render(report(results))).getElementsByTagName("tr");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < rows.getLength(); i++) {
            Element row = (Element) rows.item(i);
            String first = row.getElementsByTagName("th").item(0).getTextContent();
            if (first.startsWith("DA-")) {
                ids.add(first);
                assertEquals("passed", row.getElementsByTagName("td").item(1).getTextContent());
            }
        }
        assertEquals(REQUIREMENTS.stream().map(Requirement::id).toList(), ids);
    }

    @Test
    void failuresComeFirstAndWhatTheySayIsText() throws Exception {
        Requirement last = REQUIREMENTS.getLast();
        List<RequirementResult> results = List.of(
                new RequirementResult(REQUIREMENTS.getFirst(), Outcome.PASSED, null),
                new RequirementResult(last, Outcome.FAILED, HOSTILE));
        String text = ConformancePage.render(report(results));
        assertFalse(text.contains("<script"), text);
        Document page = parse(text);
        assertEquals("Failed", page.getElementsByTagName("h2").item(0).getTextContent());
        NodeList cells = page.getElementsByTagName("td");
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < cells.getLength(); i++) {
            Element cell = (Element) cells.item(i);
            if (cell.getAttribute("class").equals("reason")) {
                reasons.add(cell.getTextContent());
            }
        }
        String shown = HOSTILE.replace('\u0001', '\ufffd');
        assertEquals(List.of(shown, "", shown), reasons, "once among the failures, once in its chapter");
    }
}
