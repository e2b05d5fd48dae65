// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of securityfs have no position, as pipes have none. */
class UnseekableFileTest {
    @TempDir
    Path root = Path.of("");

    private Path pipe(String text) throws Exception {
        Path pipe = Files.createDirectories(root.resolve("kernel/security")).resolve("lockdown");
        Files.deleteIfExists(pipe);
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Thread.ofVirtual().start(() -> {
            try {
                Files.writeString(pipe, text);
            } catch (java.io.IOException readerHasSeenEnough) {
                Thread.currentThread().interrupt();
            }
        });
        return pipe;
    }

    @Test
    @Timeout(60)
    void isReadWithoutSeeking() throws Exception {
        Path pipe = pipe("none [integrity] confidentiality\n");
        assertEquals("none [integrity] confidentiality", new Sysfs(root).text(pipe));
        pipe("[none] integrity confidentiality\n");
        assertEquals(Optional.of("none"), new KernelLockdown(new Sysfs(root)).mode());
    }

    @Test
    @Timeout(60)
    void thatIsTooLongIsRefused() throws Exception {
        Path pipe = pipe("x".repeat(64 * 1024 + 1));
        assertThrows(MalformedDeviceException.class, () -> new Sysfs(root).text(pipe));
    }
}
