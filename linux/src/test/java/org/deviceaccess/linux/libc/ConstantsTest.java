// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares every number in this package with what a C compiler makes of the C library's headers. */
class ConstantsTest {
    private static final List<Class<?>> CONSTANTS =
            List.of(Errnos.class, Fcntl.class, Mman.class, Poll.class, EventFd.class, Epoll.class, Rlimit.class);
    private static final Map<String, String> EXPRESSIONS = Map.of(
            "POLLFD_SIZE", "sizeof(struct pollfd)",
            "POLLFD_FD", "offsetof(struct pollfd, fd)",
            "POLLFD_EVENTS", "offsetof(struct pollfd, events)",
            "POLLFD_REVENTS", "offsetof(struct pollfd, revents)",
            "EPOLL_EVENT_SIZE", "sizeof(struct epoll_event)",
            "EPOLL_EVENT_EVENTS", "offsetof(struct epoll_event, events)",
            "EPOLL_EVENT_DATA", "offsetof(struct epoll_event, data)",
            "INFINITY", "RLIM_INFINITY");
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <stddef.h>
            #include <stdint.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/epoll.h>
            #include <sys/eventfd.h>
            #include <sys/file.h>
            #include <sys/mman.h>
            #include <sys/resource.h>
            #include <sys/types.h>
            #include <time.h>
            #include <linux/mman.h>
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void requireCompiler() {
        assumeTrue(isInstalled("gcc"), "gcc is not installed, so there is nothing to compare with");
    }

    @Test
    void javaAgreesWithTheHeaders() throws Exception {
        Map<String, Long> java = new TreeMap<>();
        for (Class<?> type : CONSTANTS) {
            for (Field field : type.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (Modifier.isStatic(modifiers) && Modifier.isPublic(modifiers)) {
                    String name = field.getName();
                    java.put(EXPRESSIONS.getOrDefault(name, name), ((Number) field.get(null)).longValue());
                }
            }
        }
        assertTrue(java.size() > 55, "constants were found: " + java.size());
        StringBuilder body = new StringBuilder();
        java.keySet()
                .forEach(expression -> body.append("printf(\"%s %lld\\n\", \"")
                        .append(expression)
                        .append("\", (long long)(")
                        .append(expression)
                        .append("));\n"));
        List<String> expected = new ArrayList<>();
        java.forEach((expression, value) -> expected.add(expression + " " + value));
        assertEquals(String.join("\n", expected), String.join("\n", runC(body.toString())));
    }

    /** What LibC declares as int and long, and the structures that are written as two longs. */
    @Test
    void typesHaveTheSizesThatLibCAssumes() throws Exception {
        List<String> sizes = runC("""
                printf("%zu %zu %zu %zu\\n", sizeof(size_t), sizeof(ssize_t), sizeof(off_t), sizeof(unsigned long));
                printf("%zu %zu\\n", sizeof(nfds_t), sizeof(int));
                printf("%zu %zu %zu\\n", sizeof(struct timespec), offsetof(struct timespec, tv_nsec), sizeof(time_t));
                printf("%zu %zu %zu\\n", sizeof(struct rlimit), offsetof(struct rlimit, rlim_max), sizeof(rlim_t));
                printf("%zu\\n", sizeof(eventfd_t));
                printf("%lld\\n", (long long)MAP_FAILED);
                """);
        assertEquals(List.of("8 8 8 8", "8 4", "16 8 8", "16 8 8", "8", "-1"), sizes);
    }

    @Test
    void errorsHaveTheNamesOfTheHeader() throws Exception {
        List<String> names = runC("""
                for (int i = 1; i < 140; i++) {
                    const char *name = strerrorname_np(i);
                    if (name) printf("%d %s\\n", i, name); else printf("%d E%d\\n", i, i);
                }
                """);
        List<String> java = new ArrayList<>();
        for (int number = 1; number < 140; number++) {
            java.add(number + " " + Errnos.of(number).name());
        }
        assertEquals(String.join("\n", names), String.join("\n", java));
    }

    private List<String> runC(String body) throws IOException, InterruptedException {
        Path source = directory.resolve("constants.c");
        Path program = directory.resolve("constants");
        Files.writeString(source, HEADERS + "int main(void) {\n" + body + "return 0;\n}\n");
        run(List.of("gcc", "-Wall", "-o", program.toString(), source.toString()));
        return run(List.of(program.toString()));
    }

    private List<String> run(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), command + " does not end");
        List<String> lines = Files.readAllLines(output);
        assertEquals(0, process.exitValue(), () -> command + ": " + lines);
        return lines;
    }

    private static boolean isInstalled(String program) {
        for (String entry : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(entry, program))) {
                return true;
            }
        }
        return false;
    }
}
