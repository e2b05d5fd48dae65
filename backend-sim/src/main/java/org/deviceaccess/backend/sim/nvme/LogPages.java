// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Get Log Page (NVM Express Base Specification 1.4, 5.14): the pages that each controller has. */
final class LogPages {
    static final int ERRORS = 0x01;
    static final int HEALTH = 0x02;

    static final int FIRMWARE_SLOTS = 0x03;

    private static final int FIRMWARE_LENGTH = 512;
    private static final int RETAIN_EVENT = 1 << 15;

    private final Version version;
    private final ErrorLog errors;
    private final Health health;
    private final AsynchronousEvents events;
    private final Features features;

    LogPages(Version version, ErrorLog errors, Health health, AsynchronousEvents events, Features features) {
        this.version = version;
        this.errors = errors;
        this.health = health;
        this.events = events;
        this.features = features;
    }

    /** Returns whether any number of bytes can be read from any offset on (LPA bit 2, of version 1.2.1). */
    static boolean isExtended(Version version) {
        return version.has(Version.V1_3);
    }

    /** Returns a status. */
    int get(Command command, PrpData data) {
        int id = command.selector();
        Page page = page(id);
        if (page == null) {
            return Status.INVALID_LOG_PAGE;
        }
        if (command.namespace() != Namespaces.ALL && command.namespace() != 0) {
            return Status.INVALID_NAMESPACE;
        }
        MemorySegment log = page.memory();
        long dwords = command.dword10() >>> 16 & 0xfffL;
        long offset = 0;
        if (isExtended(version)) {
            dwords = (command.dword10() >>> 16) | (command.dword11() & 0xffffL) << 16;
            offset = Integer.toUnsignedLong(command.dword12()) | (long) command.dword13() << Integer.SIZE;
        }
        if (offset < 0 || offset > log.byteSize() || offset % Integer.BYTES != 0) {
            return Status.INVALID_FIELD;
        }
        // What lies behind the end of a log is undefined, so nothing of it is transferred.
        long length = Math.min((dwords + 1) * Integer.BYTES, log.byteSize() - offset);
        int status = length == 0 ? Status.SUCCESS : data.store(command, log.asSlice(offset, length));
        if (status == Status.SUCCESS && (command.dword10() & RETAIN_EVENT) == 0) {
            events.read(id);
        }
        return status;
    }

    private @Nullable Page page(int id) {
        return switch (id) {
            case ERRORS -> errors.page();
            case HEALTH -> health.page();
            // Slot 1 is active and holds the one revision there is (5.14.1.3).
            case FIRMWARE_SLOTS -> new Page(FIRMWARE_LENGTH).put8(0, 1).putText(8, 8, Identify.FIRMWARE);
            default -> version.has(Version.V2_0) ? laterPage(id) : null;
        };
    }

    private @Nullable Page laterPage(int id) {
        return switch (id) {
            case Effects.SUPPORTED_LOG_PAGES -> Effects.logPages();
            case Effects.COMMANDS -> Effects.commands();
            case Effects.FEATURES -> Effects.features(features);
            default -> null;
        };
    }
}
