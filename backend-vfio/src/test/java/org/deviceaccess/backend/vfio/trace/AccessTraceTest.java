// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.backend.vfio.trace.Access.Traced;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the device saw of {@link AccessTraceProgram}: each access once, of its width, in order, and nothing else. */
@Tag("trace")
@TestInstance(Lifecycle.PER_CLASS)
class AccessTraceTest {
    private static final String FILE = "deviceaccess.test.trace";
    private static final String REGION_NAME = "edu-mmio";
    private static final long BAR_SIZE = 1 << 20;

    private final List<Access> accesses = new ArrayList<>();

    @BeforeAll
    void readTheTrace() throws IOException {
        String file = System.getProperty(FILE);
        assertNotNull(file, "-D" + FILE + "=FILE names the trace");
        String region = null;
        try (BufferedReader lines = Files.newBufferedReader(Path.of(file))) {
            String line;
            while ((line = lines.readLine()) != null) {
                Traced traced = Traced.parse(line, REGION_NAME, BAR_SIZE);
                if (traced == null) {
                    continue;
                }
                if (traced.access().equals(Phase.mark(0))) {
                    assertEquals(null, region, "the first mark is there once");
                    region = traced.region();
                }
                if (traced.region().equals(region)) {
                    accesses.add(traced.access());
                }
            }
        }
        assertNotNull(region, "the trace has the first mark");
    }

    @ParameterizedTest
    @EnumSource
    void theDeviceSawTheseAccessesAndNoOthers(Phase phase) {
        int begin = accesses.indexOf(Phase.mark(phase.ordinal()));
        int end = accesses.indexOf(Phase.mark(phase.ordinal() + 1));
        assertTrue(begin >= 0 && end > begin, "the phase's marks are in the trace: " + begin + ", " + end);
        List<Access> seen = accesses.subList(begin + 1, end);
        List<Access> expected = phase.expected();
        for (int i = 0; i < Math.min(seen.size(), expected.size()); i++) {
            assertEquals(expected.get(i), seen.get(i), "access " + i);
        }
        assertEquals(expected.size(), seen.size(), "number of accesses");
        System.out.printf("%s: %d accesses, as expected%n", phase, seen.size());
    }

    private static @Nullable Traced parsed(String line) {
        return Traced.parse(line, REGION_NAME, BAR_SIZE);
    }

    @Test
    void theParserReadsWhatQemuPrints() {
        assertEquals(
                new Traced("0x55d0c0", new Access(true, 0x84, 4, 0x20000001L)),
                parsed("memory_region_ops_write cpu 1 mr 0x55d0c0 addr 0xfe900084 value 0x20000001 size 4 name"
                        + " 'edu-mmio'"));
        assertEquals(null, parsed("memory_region_ops_write cpu 1 mr 0x1 addr 0x0 value 0x0 size 4 name 'vga'"));
    }
}
