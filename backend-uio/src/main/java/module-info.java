// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Devices of Linux UIO, on PCI and elsewhere. */
@NullMarked
module org.deviceaccess.backend.uio {
    requires transitive org.deviceaccess.spi;
    requires org.deviceaccess.linux;
    requires org.slf4j;

    provides org.deviceaccess.spi.DeviceAccessProvider with
            org.deviceaccess.backend.uio.UioProvider;
}
