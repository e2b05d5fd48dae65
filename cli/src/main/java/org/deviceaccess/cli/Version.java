// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.deviceaccess.spi.DeviceAccessProvider;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        return new String[] {
            "deviceaccess " + ofBuild(),
            "SPI level " + DeviceAccessProvider.SPI_LEVEL,
            "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
        };
    }

    /** Returns the version that the build wrote down. */
    static String ofBuild() throws IOException {
        Properties build = new Properties();
        try (InputStream stream = Version.class.getResourceAsStream("build.properties")) {
            if (stream == null) {
                throw new IOException("build.properties is missing from the command's jar");
            }
            build.load(stream);
        }
        return build.getProperty("version", "unknown");
    }
}
