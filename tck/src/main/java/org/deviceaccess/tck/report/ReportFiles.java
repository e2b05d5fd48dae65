// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.report;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a report: {@code conformance.json}, {@code conformance.txt}, {@code conformance.html}, and JUnit XML,
 * which the launcher writes.
 */
public final class ReportFiles {
    private static final String JSON = StoredReport.FILE_NAME;
    private static final String TEXT = "conformance.txt";
    private static final String PAGE = "conformance.html";
    private static final String XML = "TEST-junit-jupiter.xml";

    private ReportFiles() {}

    /** Makes the directory and takes away what an earlier run has left of its files: this one may end without any. */
    public static void prepare(Path directory) {
        try {
            Files.createDirectories(directory);
            for (String file : List.of(JSON, TEXT, PAGE, XML)) {
                Files.deleteIfExists(directory.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the directory of reports " + directory, e);
        }
    }

    /** Writes the files. */
    public static void write(TckReport report, Path directory) {
        try {
            Files.write(
                    directory.resolve(JSON),
                    JsonMapper.builder()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .build()
                            .writeValueAsBytes(ConformanceJson.render(report)));
            Files.writeString(directory.resolve(TEXT), ConsoleTable.render(report));
            Files.writeString(directory.resolve(PAGE), ConformancePage.render(report));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the reports into " + directory, e);
        }
        if (!Files.exists(directory.resolve(XML))) {
            throw new UncheckedIOException(new IOException("cannot write " + directory.resolve(XML)));
        }
    }
}
