// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.deviceaccess.linux.libc.RootCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugetlbLimitTest {
    private static final long HUGE = 2 << 20;

    @TempDir
    Path directory = Path.of("");

    private HugetlbLimit of(String membership) throws IOException {
        Files.writeString(directory.resolve("self"), membership);
        return new HugetlbLimit(directory.resolve("self"), directory.resolve("cgroup"));
    }

    private Path set(String file, String text) throws IOException {
        Path path = directory.resolve("cgroup").resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text + "\n");
    }

    @Test
    void theInnermostGroupWithoutRoomIsNamed() throws IOException {
        HugetlbLimit limit = of("0::/system.slice/java.service\n");
        assertEquals(Optional.empty(), limit.exceededBy(HUGE, HUGE));
        set("system.slice/hugetlb.2MB.current", "0");
        Path outer = set("system.slice/hugetlb.2MB.max", Long.toString(2 * HUGE));
        set("system.slice/java.service/hugetlb.2MB.max", "max");
        set("system.slice/java.service/hugetlb.2MB.current", "0");
        assertEquals(Optional.empty(), limit.exceededBy(HUGE, 2 * HUGE));
        HugetlbLimit.Exceeded exceeded = limit.exceededBy(HUGE, 3 * HUGE).orElseThrow();
        assertEquals(outer, exceeded.file());
        assertTrue(exceeded.inWords().contains("is 4194304 bytes, of which 0 are used"), exceeded.inWords());
        set("system.slice/java.service/hugetlb.2MB.rsvd.current", Long.toString(HUGE));
        Path inner = set("system.slice/java.service/hugetlb.2MB.rsvd.max", Long.toString(HUGE));
        exceeded = limit.exceededBy(HUGE, HUGE).orElseThrow();
        assertEquals(inner, exceeded.file());
        assertEquals("As root: " + RootCommands.forThisUser("echo " + 2 * HUGE + " > " + inner), exceeded.raise(HUGE));
    }

    @Test
    void limitsOfOtherPageSizesDoNotCount() throws IOException {
        set("hugetlb.1GB.max", "0");
        set("hugetlb.1GB.current", "0");
        HugetlbLimit limit = of("0::/\n");
        assertEquals(Optional.empty(), limit.exceededBy(HUGE, HUGE));
        assertTrue(limit.exceededBy(1 << 30, 1 << 30).isPresent());
    }

    @Test
    void theFirstVersionOfControlGroupsIsRead() throws IOException {
        set("hugetlb/lxc/hugetlb.2MB.limit_in_bytes", "0");
        set("hugetlb/lxc/hugetlb.2MB.usage_in_bytes", "0");
        set("hugetlb/hugetlb.2MB.limit_in_bytes", "9223372036854771712");
        set("hugetlb/hugetlb.2MB.usage_in_bytes", "0");
        assertTrue(
                of("7:cpu:/lxc\n5:hugetlb:/lxc\n0::/\n").exceededBy(HUGE, HUGE).isPresent());
        assertEquals(Optional.empty(), of("5:hugetlb:/\n").exceededBy(HUGE, HUGE));
    }
}
