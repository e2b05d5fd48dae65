// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A requirement that is left out of a run, which the report says: never as passed.
 *
 * @param id the requirement
 * @param reason why it is left out
 * @param link where that is discussed, such as an issue
 */
public record Exclusion(String id, String reason, String link) {
    private static final Pattern LINE = Pattern.compile("(DA-[A-Z]+-[0-9]{3})\\s+(\\S.*?)\\s+(https?://\\S+)");

    /**
     * Reads a file of exclusions: one a line, as {@code DA-DMA-012 the reason in words https://link}. Empty lines and
     * lines that begin with {@code #} are skipped.
     *
     * @param file the file, UTF-8
     * @return the exclusions in the order of the file
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a line has another form; the message names file and line
     */
    public static List<Exclusion> read(Path file) throws IOException {
        List<Exclusion> exclusions = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(file + ":" + (i + 1) + ": '" + line
                        + "' is not of the form: DA-AREA-NNN reason in words https://link");
            }
            exclusions.add(new Exclusion(matcher.group(1), matcher.group(2), matcher.group(3)));
        }
        return exclusions;
    }
}
