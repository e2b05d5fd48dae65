// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.tck.spec.Chapter;
import org.jspecify.annotations.Nullable;

/**
 * Renders a report for a browser: one page of HTML that needs nothing else, and is well-formed XML. What was tried
 * comes first where it failed, then chapter by chapter.
 */
public final class ConformancePage {
    // No ">" in it: the writer would make that "&gt;", which a browser does not undo in a style sheet.
    private static final String STYLE = """

            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
            table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; width: 100%; }
            th, td { border-bottom: 1px solid #d0d7de; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
            td.reason { white-space: pre-wrap; overflow-wrap: anywhere; }
            .passed { color: #1a7f37; } .failed { color: #cf222e; font-weight: bold; }
            .inapplicable, .not-claimed, .excluded, .untestable { color: #59636e; }
            @media (prefers-color-scheme: dark) {
              body { background: #0d1117; color: #e6edf3; } th, td { border-color: #30363d; }
              .passed { color: #3fb950; } .failed { color: #f85149; }
            }
            """;

    private final TckReport report;
    private final XMLStreamWriter page;

    private ConformancePage(TckReport report, XMLStreamWriter page) {
        this.report = report;
        this.page = page;
    }

    /** Returns the page. */
    public static String render(TckReport report) {
        StringWriter text = new StringWriter();
        text.write("<!DOCTYPE html>\n");
        try {
            XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new ConformancePage(report, writer).write();
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a page in memory cannot be written", e);
        }
        return text.append('\n').toString();
    }

    private void write() throws XMLStreamException {
        String title = report.specification().name() + " "
                + report.specification().version() + ": " + report.subject().address();
        page.writeStartElement("html");
        page.writeAttribute("lang", "en");
        page.writeStartElement("head");
        page.writeEmptyElement("meta");
        page.writeAttribute("charset", "utf-8");
        element("title", null, title);
        element("style", null, STYLE);
        page.writeEndElement();
        page.writeStartElement("body");
        element("h1", null, title);
        element("p", report.judgement() == Judgement.CONFORMANT ? "passed" : "failed", ConsoleTable.conclusion(report));
        subject();
        counts();
        failures();
        for (Chapter chapter : report.specification().chapters()) {
            chapter(chapter);
        }
        page.writeEndElement();
        page.writeEndElement();
    }

    private void subject() throws XMLStreamException {
        Subject subject = report.subject();
        PciId pci = subject.identity().pci();
        page.writeStartElement("table");
        row("backend", subject.provider() + ": " + subject.description() + " (" + subject.providerClass() + ")");
        if (subject.driver() != null) {
            row("driver", subject.driver().toString());
        }
        row("device", subject.identity().name() + (pci == null ? "" : " " + pci));
        row("trust", subject.trust().toString());
        row(
                "capabilities",
                subject.capabilities().stream().sorted().map(Enum::name).collect(Collectors.joining(", ")));
        row("machine", subject.kernel() + ", " + subject.java());
        row("kit", report.tckVersion() + ", SPI level " + report.specification().spiLevel());
        row("run", report.started() + ", " + report.duration().toSeconds() + " s, " + report.effort());
        page.writeEndElement();
    }

    private void row(String name, String value) throws XMLStreamException {
        page.writeStartElement("tr");
        element("th", null, name);
        element("td", null, value);
        page.writeEndElement();
    }

    private void counts() throws XMLStreamException {
        page.writeStartElement("table");
        for (Map.Entry<Outcome, Long> count : TckReport.count(report.results()).entrySet()) {
            page.writeStartElement("tr");
            element("th", name(count.getKey()), words(count.getKey()));
            element("td", null, count.getValue().toString());
            page.writeEndElement();
        }
        page.writeEndElement();
    }

    private void failures() throws XMLStreamException {
        List<RequirementResult> failures = report.with(Outcome.FAILED);
        if (!failures.isEmpty()) {
            element("h2", "failed", "Failed");
            results(failures);
        }
    }

    private void chapter(Chapter chapter) throws XMLStreamException {
        List<RequirementResult> results = report.results().stream()
                .filter(result -> chapter.requirements().contains(result.requirement()))
                .toList();
        if (!results.isEmpty()) {
            element("h2", null, chapter.title());
            element("p", null, chapter.introduction());
            results(results);
        }
    }

    private void results(List<RequirementResult> results) throws XMLStreamException {
        page.writeStartElement("table");
        for (RequirementResult result : results) {
            page.writeStartElement("tr");
            element("th", null, result.requirement().id());
            element("td", null, result.requirement().level().toString());
            element("td", name(result.outcome()), words(result.outcome()));
            element("td", null, result.requirement().title());
            element("td", "reason", result.reason() == null ? "" : result.reason());
            page.writeEndElement();
        }
        page.writeEndElement();
    }

    private void element(String name, @Nullable String style, String text) throws XMLStreamException {
        page.writeStartElement(name);
        if (style != null) {
            page.writeAttribute("class", style);
        }
        // XML has no characters for these, and a device's answer in a reason can hold them.
        page.writeCharacters(text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\ufffd"));
        page.writeEndElement();
    }

    private static String name(Outcome outcome) {
        return ConformanceJson.lower(outcome);
    }

    private static String words(Outcome outcome) {
        return name(outcome).replace('-', ' ');
    }
}
