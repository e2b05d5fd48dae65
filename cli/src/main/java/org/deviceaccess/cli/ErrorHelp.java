// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;

/**
 * What there is to know of a condition; the texts are in errors.properties.
 *
 * @param type the exception that reports it
 * @param cause what brings it about
 * @param remedy what to do about it in general; the exception itself knows more
 */
record ErrorHelp(Class<? extends DeviceAccessException> type, String cause, String remedy) {
    private static final Properties TEXTS = load(); // never written again

    /** Returns the help on a condition. */
    static ErrorHelp of(ErrorCode code) {
        return new ErrorHelp(type(text(code, "exception")), text(code, "cause"), text(code, "remedy"));
    }

    private static Properties load() {
        Properties texts = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(ErrorHelp.class.getResourceAsStream("errors.properties")),
                StandardCharsets.UTF_8)) {
            texts.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the texts on errors", e);
        }
        return texts;
    }

    private static String text(ErrorCode code, String what) {
        return Objects.requireNonNull(TEXTS.getProperty(code.id() + "." + what), () -> code + " has no " + what);
    }

    private static Class<? extends DeviceAccessException> type(String name) {
        String qualified = DeviceAccessException.class.getPackageName() + "." + name;
        try {
            return Class.forName(qualified).asSubclass(DeviceAccessException.class);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("there is no exception " + qualified, e);
        }
    }
}
