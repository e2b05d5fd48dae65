// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much the command says of its work: warnings alone unless {@code -v} is given. */
final class Verbosity {
    private static final String PROJECT = "org.deviceaccess";
    private static final String CHOICE = "org.deviceaccess.spi";

    private int level;

    /**
     * Sets it to how often {@code -v} is given: once for what is chosen and opened, more often also for what backends and
     * drivers map, enable and close.
     */
    void set(int times) {
        level = times;
        Logger logger = (Logger) LoggerFactory.getLogger(times > 1 ? PROJECT : CHOICE);
        logger.setLevel(Level.DEBUG);
    }

    /** Returns whether errors are shown with where they come from. */
    boolean showsStackTraces() {
        return level > 0;
    }
}
