// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The deviceaccess command. */
@NullMarked
module org.deviceaccess.cli {
    requires org.deviceaccess.spi;
    requires org.deviceaccess.drivers;
    requires org.deviceaccess.tck;
    requires info.picocli;
    requires com.fasterxml.jackson.databind;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires org.slf4j;

    opens org.deviceaccess.cli to
            info.picocli;
}
