// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares every size, offset and number of the structure classes with what a C compiler makes of linux/vfio.h. */
class StructureLayoutTest {
    /** A directory with the user-space headers of another kernel, as {@code make headers_install} leaves them. */
    private static final String HEADERS_VARIABLE = "DEVICEACCESS_KERNEL_HEADERS";

    @TempDir
    Path directory;

    @Test
    void javaAgreesWithTheSystemsHeader() throws Exception {
        assertAgreement(List.of());
    }

    @Test
    void javaAgreesWithTheHeaderOfTheTestbedsKernel() throws Exception {
        String headers = System.getenv(HEADERS_VARIABLE);
        assumeTrue(headers != null, HEADERS_VARIABLE + " is not set");
        assertAgreement(List.of("-I" + headers));
    }

    private void assertAgreement(List<String> includes) throws Exception {
        Map<String, Long> java = new LinkedHashMap<>();
        for (Class<?> type : structureClasses()) {
            collect(type, java);
        }
        assertTrue(java.size() > 100, "constants were found: " + java.size());
        assertEquals(lines(java), lines(compute(java.keySet().stream().toList(), includes)));
    }

    private static String lines(Map<String, Long> values) {
        return values.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    private static List<Class<?>> structureClasses() throws IOException, URISyntaxException {
        Path classes = Path.of(
                        VfioIrqInfo.class.getResource("VfioIrqInfo.class").toURI())
                .getParent();
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("Vfio") && name.endsWith(".class") && !name.contains("$")) {
                    found.add(load(name.substring(0, name.length() - ".class".length())));
                }
            }
        }
        return found;
    }

    private static Class<?> load(String simpleName) {
        try {
            return Class.forName(VfioIrqInfo.class.getPackageName() + "." + simpleName);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Adds the class's constants under the C expressions that they stand for. */
    private static void collect(Class<?> type, Map<String, Long> values) throws IllegalAccessException {
        String struct = "struct "
                + type.getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        for (Field field : type.getDeclaredFields()) {
            boolean number = field.getType() == long.class || field.getType() == int.class;
            if (!number || !Modifier.isStatic(field.getModifiers()) || Modifier.isPrivate(field.getModifiers())) {
                continue;
            }
            String name = field.getName();
            String expression = name.startsWith("VFIO_")
                    ? name
                    : name.equals("SIZE")
                            ? "sizeof(" + struct + ")"
                            : "offsetof(" + struct + ", "
                                    + name.replaceFirst("^MEMBER_", "").toLowerCase(Locale.ROOT) + ")";
            values.put(expression, ((Number) field.get(null)).longValue());
        }
    }

    private Map<String, Long> compute(List<String> expressions, List<String> includes)
            throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include <linux/vfio.h>\n");
        source.append("int main(void) {\n");
        for (String expression : expressions) {
            source.append("  printf(\"%lld\\n\", (long long)(")
                    .append(expression)
                    .append("));\n");
        }
        source.append("  return 0;\n}\n");
        Path file = Files.writeString(directory.resolve("layout.c"), source);
        Path program = directory.resolve("layout");
        List<String> compiler = new ArrayList<>(List.of("gcc", "-Wall", "-Werror"));
        compiler.addAll(includes);
        compiler.addAll(List.of("-o", program.toString(), file.toString()));
        run(compiler);
        List<String> numbers = run(List.of(program.toString()));
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            values.put(expressions.get(i), Long.valueOf(numbers.get(i)));
        }
        return values;
    }

    private List<String> run(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), command + " does not end");
        assertEquals(0, process.exitValue(), () -> command + ": " + read(output));
        return Files.readAllLines(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
