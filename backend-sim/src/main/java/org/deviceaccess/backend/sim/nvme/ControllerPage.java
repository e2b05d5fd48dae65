// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.nio.charset.StandardCharsets;

/** Identify Controller (NVM Express Base Specification 1.4, figure 247): all that is mandatory for the version. */
final class ControllerPage {
    /** How many aborts can be outstanding (ACL, counted from 1). */
    static final int ABORT_LIMIT = 4;

    /** How long a shutdown takes at the most, in microseconds (RTD3E). */
    private static final int SHUTDOWN_MICROS = 1_000_000;
    /** How long it takes to become ready after power was off, in microseconds (RTD3R). */
    private static final int RESUME_MICROS = 1_000_000;

    private static final int IO_CONTROLLER = 1;
    private static final int EXTENDED_FORMATS = 1 << 15;
    private static final int EXTENDED_LOG_PAGES = 1 << 2;
    private static final int COMMAND_EFFECTS_LOG = 1 << 1;
    /** One slot (bits 3 to 1), which is read-only (bit 0). */
    private static final int FIRMWARE_SLOTS = 1 << 1 | 1;

    private static final int VENDOR_FORMAT = 1;
    private static final int WARNING_KELVIN = 343;
    private static final int CRITICAL_KELVIN = 358;
    private static final int DATASET_MANAGEMENT = 1 << 2;
    private static final int SAVE_AND_SELECT = 1 << 4;
    private static final int CACHE = 1;
    /** Flush takes the id of all namespaces (VWC bits 2 and 1). */
    private static final int FLUSH_ALL = 3 << 1;
    /** In units of 10 mW. */
    private static final int MOST_POWER = 2500;

    private ControllerPage() {}

    static Page of(Profile profile) {
        Version version = profile.version();
        Page page = new Page(Identify.LENGTH)
                .put16(0, NvmeModel.ID.vendor())
                .put16(2, NvmeModel.ID.subsystemVendor())
                .putText(4, 20, profile.serial())
                .putText(24, 40, "DeviceAccess simulated NVMe")
                .putText(64, 8, Identify.FIRMWARE)
                .put8(72, 0) // recommended arbitration burst: 1 command
                .put8(75, 0x02) // IEEE: an organization that does not exist, its "local" bit is set
                .put8(77, Profile.MAX_TRANSFER_SHIFT)
                .put16(78, 0) // the id of the controller
                .put8(258, ABORT_LIMIT - 1)
                .put8(259, AsynchronousEvents.LIMIT - 1)
                .put8(260, FIRMWARE_SLOTS)
                .put8(262, ErrorLog.ENTRIES - 1)
                .put8(263, 0) // one power state
                .put8(264, VENDOR_FORMAT)
                .put8(512, 0x66) // submission queue entries of 64 bytes
                .put8(513, 0x44) // completion queue entries of 16 bytes
                .put32(516, profile.namespaces().size())
                .put16(520, DATASET_MANAGEMENT | (version.has(Version.V1_1) ? SAVE_AND_SELECT : 0))
                .put8(525, CACHE | (version.has(Version.V1_4) ? FLUSH_ALL : 0))
                .put16(526, 0) // a write of one block is atomic
                .put16(528, 0) // also when power fails
                .put8(530, VENDOR_FORMAT)
                .put16(2048, MOST_POWER);
        if (version.has(Version.V1_2)) {
            page.put32(80, version.register())
                    .put32(84, RESUME_MICROS)
                    .put32(88, SHUTDOWN_MICROS)
                    .put16(266, WARNING_KELVIN)
                    .put16(268, CRITICAL_KELVIN);
        }
        if (version.has(Version.V1_3)) {
            page.put32(96, profile.hasExtendedFormats() ? EXTENDED_FORMATS : 0)
                    .put8(261, logPageAttributes(version))
                    .putBytes(768, name(profile).getBytes(StandardCharsets.UTF_8));
        }
        if (version.has(Version.V1_4)) {
            page.put8(111, IO_CONTROLLER);
        }
        return page;
    }

    private static int logPageAttributes(Version version) {
        return (LogPages.isExtended(version) ? EXTENDED_LOG_PAGES : 0)
                | (version.has(Version.V2_0) ? COMMAND_EFFECTS_LOG : 0);
    }

    /** Returns the name of the subsystem (SUBNQN, 7.9), of the form that a UUID gives; it ends with a null. */
    private static String name(Profile profile) {
        return "nqn.2014-08.org.nvmexpress:uuid:" + profile.uuid();
    }
}
