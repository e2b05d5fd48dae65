// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Something that was done and had to be refused. */
public final class Refusal {
    private final String what;
    private final DeviceAccessException thrown;

    private Refusal(String what, DeviceAccessException thrown) {
        this.what = what;
        this.thrown = thrown;
    }

    /**
     * Does something and returns how it was refused; fails the test where it was not refused with one of the classes.
     *
     * @param what what is done, for messages
     * @param action does it
     * @param classes what may be thrown, and no subclasses of these
     */
    public static Refusal of(String what, Action action, Class<?>... classes) {
        String expected = Arrays.stream(classes).map(Class::getSimpleName).collect(Collectors.joining(" or "));
        Throwable thrown = thrownBy(action);
        if (thrown == null) {
            return fail(what + " was not refused; " + expected + " is expected");
        }
        if (!(thrown instanceof DeviceAccessException error)
                || Arrays.stream(classes).noneMatch(type -> type == thrown.getClass())) {
            return fail(what + " threw " + thrown + "; " + expected + " is expected", thrown);
        }
        assertFalse(error.operation().isBlank(), what + ": the error names no operation: " + error.getMessage());
        return new Refusal(what, error);
    }

    /** Fails the test where something does not throw IllegalStateException, or throws a subclass of it. */
    public static void closed(String what, Action action) {
        Throwable thrown = thrownBy(action);
        if (thrown == null) {
            fail(what + " was not refused after closing");
        } else if (!isClosed(thrown)) {
            fail(what + " threw " + thrown + "; IllegalStateException is expected after closing", thrown);
        }
    }

    /** Returns whether it is what the use of something closed throws. */
    public static boolean isClosed(Throwable thrown) {
        return thrown.getClass() == IllegalStateException.class;
    }

    private static @Nullable Throwable thrownBy(Action action) {
        try {
            action.run();
            return null;
        } catch (Exception | InternalError | LinkageError e) {
            return e;
        }
    }

    /** Returns the code of the error. */
    public ErrorCode code() {
        return thrown.code();
    }

    /** Requires that the message names values. */
    public Refusal names(Object... values) {
        String message = String.valueOf(thrown.getMessage());
        for (Object value : values) {
            assertTrue(
                    message.contains(value.toString()), what + ": the error does not name " + value + ": " + message);
        }
        return this;
    }

    /** Requires that the error has a remedy. */
    public Refusal hasRemedy() {
        String remedy = thrown.remedy();
        assertTrue(remedy != null && !remedy.isBlank(), what + ": the error has no remedy: " + thrown.getMessage());
        return this;
    }

    /** Requires the code. */
    public Refusal hasCode(ErrorCode code) {
        assertEquals(code, thrown.code(), what);
        return this;
    }
}
