// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootCommandsTest {
    @Test
    void rootTypesThemAsTheyAre() {
        assertEquals("echo 1 > /a; modprobe b", RootCommands.forUser(Optional.of("0"), "echo 1 > /a; modprobe b"));
    }

    @Test
    void anybodyElseTypesOneThroughSudo() {
        assertEquals("sudo modprobe vfio-pci", RootCommands.forUser(Optional.of("1000"), "modprobe vfio-pci"));
        assertEquals("sudo modprobe vfio-pci", RootCommands.forUser(Optional.empty(), "modprobe vfio-pci"));
    }

    @Test
    void sudoCoversRedirectionsAndAllOfSeveral(@TempDir Path directory) throws Exception {
        Path sudo = directory.resolve("sudo");
        Files.writeString(sudo, "#!/bin/sh\nAS_ROOT=yes exec \"$@\"\n");
        Files.setPosixFilePermissions(sudo, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        String typed = RootCommands.forUser(Optional.of("1000"), "echo $AS_ROOT 1 > first; echo $AS_ROOT 2 > second");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", typed)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        shell.environment().merge("PATH", directory.toString(), (path, first) -> first + ":" + path);
        Process process = shell.start();
        assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, process.waitFor());
        assertEquals("yes 1\n", Files.readString(directory.resolve("first")));
        assertEquals("yes 2\n", Files.readString(directory.resolve("second")));
    }

    @Test
    void aProgramThatIsGivenACapabilityHasTheUsersGroupToo() {
        assertEquals(
                "setpriv --reuid=1001 --regid=\"$(id -g 1001)\" --init-groups --inh-caps=+sys_rawio"
                        + " --ambient-caps=+sys_rawio",
                Capability.CAP_SYS_RAWIO.grant("1001"));
    }
}
