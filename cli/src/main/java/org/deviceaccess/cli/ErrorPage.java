// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.Collection;
import java.util.Locale;
import org.deviceaccess.spi.error.ErrorCode;

/** The reference of error codes as a page of the documentation, docs/errors.md. */
final class ErrorPage {
    private static final String HEAD = """
            # Errors

            Every condition has one code and one exception class, the same on every backend. The code never changes its
            meaning, so that scripts, logs and searches can rely on it. All exceptions extend
            `org.deviceaccess.spi.error.DeviceAccessException`, are unchecked, and carry the code, the operation that
            was tried, the path and errno where there are any, and a remedy that knows the values of the case. What is
            written here is general.

            Two conditions are reported by classes of the JDK: the use of something closed is an
            `IllegalStateException`, and a wait that was interrupted is an `InterruptedException`.

            This page is written by `deviceaccess errors --markdown`; `deviceaccess errors CODE` shows one entry.
            """;

    private ErrorPage() {}

    static String render(Collection<ErrorCode> codes) {
        StringBuilder page = new StringBuilder(HEAD).append("\n| code | meaning |\n|---|---|\n");
        for (ErrorCode code : codes) {
            page.append(String.format(
                    Locale.ROOT, "| [%s](#%s) | %s |%n", code.id(), code.id().toLowerCase(Locale.ROOT), code.title()));
        }
        for (ErrorCode code : codes) {
            ErrorHelp help = ErrorHelp.of(code);
            page.append(String.format(
                    Locale.ROOT,
                    "%n## %s%n%n%s%n%n* **Cause:** %s%n* **Remedy:** %s%n* **In Java:** `%s`%n",
                    code.id(),
                    code.title(),
                    help.cause(),
                    help.remedy(),
                    help.type().getSimpleName()));
        }
        return page.toString().replace(System.lineSeparator(), "\n");
    }
}
