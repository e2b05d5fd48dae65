// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsCommandTest {
    @ParameterizedTest
    @EnumSource
    void everyCodeNamesTheExceptionThatHasIt(ErrorCode code)
            throws NoSuchMethodException, InstantiationException, IllegalAccessException, InvocationTargetException {
        DeviceAccessException error =
                ErrorHelp.of(code).type().getConstructor(Failure.class).newInstance(Failure.during("test"));
        assertEquals(code, error.code());
    }

    @Test
    void listsAllCodes() {
        CommandRun run = CommandRun.of("errors");
        assertEquals(0, run.exitCode());
        for (ErrorCode code : ErrorCode.values()) {
            assertTrue(run.out().contains(code.id() + " "), code.id());
        }
        assertEquals(
                ErrorCode.values().length,
                CommandRun.of("errors", "--json").json().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DA-GROUP-NOT-VIABLE", "group-not-viable", "GROUP_NOT_VIABLE"})
    void explainsOneCode(String code) {
        CommandRun run = CommandRun.of("errors", code);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("DA-GROUP-NOT-VIABLE: "), run.out());
        assertTrue(run.out().contains("org.deviceaccess.spi.error.GroupNotViableException"), run.out());
    }

    @Test
    void anUnknownCodeIsNamed() {
        CommandRun run = CommandRun.of("errors", "DA-WHATEVER");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("'DA-WHATEVER' is no error code"), run.err());
    }

    @Test
    void thePageOfTheDocumentationIsUpToDate() throws IOException {
        String written = Files.readString(Path.of("..", "docs", "errors.md"));
        assertEquals(
                CommandRun.of("errors", "--markdown").out(),
                written,
                "write it anew: ./deviceaccess errors --markdown > docs/errors.md");
    }
}
