// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Measures the drivers against their peers and against C. */
@NullMarked
module org.deviceaccess.benchmarks {
    requires org.deviceaccess.spi;
    requires org.deviceaccess.drivers;
    requires info.picocli;
    requires com.fasterxml.jackson.databind;
    requires jdk.management;

    exports org.deviceaccess.benchmarks.contest to
            com.fasterxml.jackson.databind;
}
