// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much the command says of its work: warnings alone unless {@code -v} is given. */
final class Verbosity {
    private static final String PROJECT = "org.deviceaccess";

    private int level;

    /** Sets it to how often {@code -v} is given: once for what is done, more often for everything. */
    void set(int times) {
        level = times;
        Logger logger = (Logger) LoggerFactory.getLogger(PROJECT);
        logger.setLevel(times > 1 ? Level.TRACE : Level.INFO);
    }

    /** Returns whether errors are shown with where they come from. */
    boolean showsStackTraces() {
        return level > 0;
    }
}
