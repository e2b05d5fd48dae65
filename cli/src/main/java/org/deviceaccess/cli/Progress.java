// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.concurrent.TimeUnit;

/**
 * One line on the terminal that says what is being done, for what may take longer than a person likes to wait without a
 * word. Nothing is written where nobody looks.
 */
final class Progress implements AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int WIDTH = 78;

    private final Context context;
    private final long start = System.nanoTime();
    private boolean shown;

    Progress(Context context) {
        this.context = context;
    }

    /** Says what is being done now. */
    void step(String what) {
        long elapsed = System.nanoTime() - start;
        if (context.interactive() && !context.interruption().isRequested() && elapsed > PATIENCE_NANOS) {
            String line = what + " (" + TimeUnit.NANOSECONDS.toSeconds(elapsed) + " s)";
            context.err().print(CLEAR_LINE + (line.length() > WIDTH ? line.substring(0, WIDTH) : line));
            context.err().flush();
            shown = true;
        }
    }

    /** Takes the line away, to make room for output. */
    void clear() {
        if (shown) {
            takeAway();
            shown = false;
        }
    }

    /** Takes away whatever is on the line, such as what a command that does not end has left. */
    void takeAway() {
        if (context.interactive()) {
            context.err().print(CLEAR_LINE);
            context.err().flush();
        }
    }

    @Override
    public void close() {
        clear();
    }
}
