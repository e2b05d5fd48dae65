// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deviceaccess.drivers.edu.Completion;
import org.deviceaccess.drivers.edu.EduDevice;
import org.deviceaccess.drivers.edu.EduDriverProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.TrustLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/choosing-a-backend.md shows works as it says. */
class ChoosingPageTest {
    private static final Path PAGE = Path.of("../docs/choosing-a-backend.md");
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- example: deviceaccess.properties -->\\R```properties\\R(.*?)```", Pattern.DOTALL);

    @Test
    void itsConfigurationIsReadAndUsed(@TempDir Path directory) throws IOException, InterruptedException {
        Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
        assertTrue(example.find());
        Files.writeString(directory.resolve("deviceaccess.properties"), example.group(1));
        Devices devices = Devices.builder()
                .properties(Map.of())
                .environment(Map.of())
                .workingDirectory(directory)
                .build();
        assertEquals(List.of("disk0", "edu0", "nic0"), devices.aliases());
        assertEquals("0000:00:12.0", devices.lookup("disk0").resolved().toString());
        assertEquals("vfio:0000:00:13.0", devices.lookup("nic0").resolved().toString());
        try (DeviceAccess device = devices.access("edu0");
                EduDevice edu = new EduDriverProvider().attach(device)) {
            assertEquals(120, edu.factorial(5, Completion.INTERRUPT));
            assertEquals("sim:edu?iova-bits=32", device.address().toString());
            assertEquals(0xffff_ffffL, device.dma().limits().ranges().getLast().last());
        }
    }

    @Test
    void itNamesEveryTrustLevel() throws IOException {
        String page = Files.readString(PAGE);
        for (TrustLevel trust : TrustLevel.values()) {
            assertTrue(page.contains("| `" + trust + "` |"), trust.name());
        }
    }
}
