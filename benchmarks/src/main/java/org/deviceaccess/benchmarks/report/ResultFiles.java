// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deviceaccess.benchmarks.contest.ContestResult;

/** The results of a run, a JSON file for each contest, in the order of their names. */
public final class ResultFiles {
    private static final String SUFFIX = ".json";

    private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private final Path directory;

    /** Uses a directory that is there. */
    public ResultFiles(Path directory) {
        this.directory = directory;
    }

    /** Stores a result. */
    public void write(String name, ContestResult result) throws IOException {
        json.writeValue(directory.resolve(name + SUFFIX).toFile(), result);
    }

    /** Reads all results. */
    public List<ContestResult> read() throws IOException {
        List<ContestResult> results = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                results.add(json.readValue(file.toFile(), ContestResult.class));
            }
        }
        return results;
    }
}
