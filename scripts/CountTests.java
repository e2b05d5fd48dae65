// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;

/**
 * Counts the test cases in all JUnit XML reports below a directory and prints {@code PASSED FAILED SKIPPED}.
 *
 * <p>Cases are counted, not the sums that reports state of themselves. A report that cannot be read, because
 * the run died while writing it, counts as one failure. Other XML files are not reports and are left alone.
 */
void main(String[] args) throws IOException {
    var counts = new Counts();
    for (Path report : reportsBelow(Path.of(args[0]))) {
        try {
            count(report, counts);
        } catch (XMLStreamException e) {
            counts.failed++;
            System.err.println("unreadable test report " + report + ": " + e.getMessage());
        }
    }
    System.out.println(counts.passed + " " + counts.failed + " " + counts.skipped);
}

static final class Counts {
    int passed;
    int failed;
    int skipped;
}

static List<Path> reportsBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
        return files.filter(f -> f.toString().endsWith(".xml")).sorted().toList();
    }
}

static void count(Path report, Counts counts) throws IOException, XMLStreamException {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try (var in = Files.newInputStream(report)) {
        var reader = factory.createXMLStreamReader(in);
        reader.nextTag();
        if (!reader.getLocalName().equals("testsuite") && !reader.getLocalName().equals("testsuites")) {
            return;
        }
        boolean failed = false;
        boolean skipped = false;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (reader.getLocalName()) {
                    case "testcase" -> failed = skipped = false;
                    case "failure", "error" -> failed = true;
                    case "skipped" -> skipped = true;
                    default -> {}
                }
            } else if (event == XMLStreamConstants.END_ELEMENT && reader.getLocalName().equals("testcase")) {
                if (failed) {
                    counts.failed++;
                } else if (skipped) {
                    counts.skipped++;
                } else {
                    counts.passed++;
                }
            }
        }
    }
}
