// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
    private static final Failure FAILURE = Failure.during("try")
            .because("it did not work")
            .path("/dev/x")
            .errno(new Errno(16, "EBUSY"))
            .remedy("try again");

    private static List<Class<?>> exceptionClasses() throws IOException, ReflectiveOperationException {
        Path sources = Path.of("src/main/java/org/deviceaccess/spi/error");
        try (Stream<Path> files = Files.list(sources)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Exception.java") && !name.equals("DeviceAccessException.java"))
                    .map(name -> name.replace(".java", ""))
                    .sorted()
                    .toList();
            List<Class<?>> classes = new java.util.ArrayList<>();
            for (String name : names) {
                classes.add(Class.forName("org.deviceaccess.spi.error." + name));
            }
            return classes;
        }
    }

    @Test
    void eachConditionHasOneClassAndEachClassOneCode() throws Exception {
        Map<ErrorCode, Class<?>> byCode = new EnumMap<>(ErrorCode.class);
        for (Class<?> type : exceptionClasses()) {
            var error =
                    (DeviceAccessException) type.getConstructor(Failure.class).newInstance(FAILURE);
            assertEquals(null, byCode.put(error.code(), type), "two classes for " + error.code());
        }
        assertEquals(Set.of(ErrorCode.values()), byCode.keySet());
    }

    @Test
    void idsAreUniqueAndOfOneForm() {
        Set<String> ids = new HashSet<>();
        for (ErrorCode code : ErrorCode.values()) {
            assertTrue(code.id().matches("DA(-[A-Z]+)+"), code.id());
            assertTrue(ids.add(code.id()), code.id());
            assertTrue(code.title().endsWith("."), code.title());
        }
    }

    @Test
    void theMessageHoldsAllFacts() {
        var error = new DeviceBusyException(FAILURE);
        assertEquals(
                "DA-DEVICE-BUSY: cannot try: it did not work [/dev/x] [errno EBUSY (16)]" + System.lineSeparator()
                        + "  remedy: try again",
                error.getMessage());
    }

    @Test
    void anErrorSurvivesSerialization() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new DeviceBusyException(FAILURE));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            DeviceBusyException copy = (DeviceBusyException) in.readObject();
            assertEquals("try again", copy.remedy());
            assertEquals(new Errno(16, "EBUSY"), copy.errno());
        }
    }
}
