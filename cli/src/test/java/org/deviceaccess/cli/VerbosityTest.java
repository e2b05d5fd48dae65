// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What -v and -vv say of a device's life, which is what they promise. */
class VerbosityTest {
    private static final List<String> LOGGERS = List.of("org.deviceaccess", "org.deviceaccess.spi");

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void listen() {
        // Other tests run the command, too, and leave the levels as it set them.
        LOGGERS.forEach(name -> logger(name).setLevel(null));
        said.start();
        logger("org.deviceaccess").addAppender(said);
    }

    @AfterEach
    void beQuietAgain() {
        logger("org.deviceaccess").detachAppender(said);
        LOGGERS.forEach(name -> logger(name).setLevel(null));
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private List<String> run(String... arguments) {
        assertEquals(0, CommandRun.of(arguments).exitCode());
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void twiceShowsTheWholeLifeOfADevice() {
        List<String> lines = run("demo", "-vv", "sim:edu");
        for (String expected : List.of(
                "sim:edu: chose sim:edu",
                "sim:edu: opened ",
                "chose the driver edu ",
                ": enabled ",
                ": mapped ",
                ": give back ",
                ": disabled ",
                "sim:edu: closed")) {
            boolean found = lines.stream().anyMatch(line -> line.contains(expected));
            assertTrue(found, () -> "'" + expected + "' in " + lines);
        }
        int opened = lines.indexOf(lines.stream()
                .filter(line -> line.contains(": opened "))
                .findFirst()
                .orElseThrow());
        assertTrue(opened < lines.indexOf("sim:edu: closed"), lines::toString);
        String mapped = lines.stream()
                .filter(line -> line.contains(": mapped "))
                .findFirst()
                .orElseThrow();
        assertTrue(mapped.matches(".*: mapped \\d+ bytes at 0x[0-9a-f]+.*"), mapped);
    }

    @Test
    void onceShowsWhatIsChosenAndNotWhatIsMapped() {
        List<String> lines = run("demo", "-v", "sim:edu");
        assertTrue(lines.contains("sim:edu: chose sim:edu"), lines::toString);
        assertFalse(lines.stream().anyMatch(line -> line.contains(": mapped ")), lines::toString);
    }

    @Test
    void nothingIsSaidUnasked() {
        assertEquals(List.of(), run("demo", "sim:edu"));
    }
}
