// SPDX-License-Identifier: Apache-2.0
import org.deviceaccess.tck.device.EduKnownDevice;
import org.deviceaccess.tck.device.KnownDevice;
import org.jspecify.annotations.NullMarked;

/**
 * The technology compatibility kit: proves a backend or a driver.
 *
 * <p>{@link org.deviceaccess.tck.Tck} runs it; {@link org.deviceaccess.tck.device.KnownDevice} teaches it another device.
 */
@NullMarked
module org.deviceaccess.tck {
    requires transitive org.deviceaccess.spi;
    requires transitive org.junit.jupiter.api;
    requires transitive com.fasterxml.jackson.databind;
    requires org.junit.platform.launcher;
    requires org.junit.platform.reporting;
    requires java.management;
    requires java.xml;
    requires jdk.management;

    // Found by the launcher as a service; named here so that it is resolved without further options.
    requires org.junit.jupiter.engine;

    exports org.deviceaccess.tck;
    exports org.deviceaccess.tck.device;
    exports org.deviceaccess.tck.report;
    exports org.deviceaccess.tck.spec;

    opens org.deviceaccess.tck.drivers to
            org.junit.platform.commons;
    opens org.deviceaccess.tck.kit to
            org.junit.platform.commons;
    opens org.deviceaccess.tck.tests to
            org.junit.platform.commons;

    uses KnownDevice;

    provides KnownDevice with
            EduKnownDevice;
}
