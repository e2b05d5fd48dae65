// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.stream.IntStream;

/** The log pages of version 2.0 that tell what the controller has (NVM Express Base Specification 2.0, 5.16.1). */
final class Effects {
    static final int SUPPORTED_LOG_PAGES = 0x00;
    static final int COMMANDS = 0x05;
    static final int FEATURES = 0x12;

    private static final int IDS = 256;
    private static final int COMMANDS_LENGTH = 4096;
    private static final int SUPPORTED = 1;
    /** Of commands and features: the data of the host may change. */
    private static final int CHANGES_DATA = 1 << 1;

    private static final int SCOPE_NAMESPACE = 1 << 20;
    private static final int SCOPE_CONTROLLER = 1 << 21;

    private Effects() {}

    /** Returns the page of the log pages that there are (5.16.1.1). */
    static Page logPages() {
        Page page = new Page(IDS * Integer.BYTES);
        IntStream.of(SUPPORTED_LOG_PAGES, LogPages.ERRORS, LogPages.HEALTH, LogPages.FIRMWARE_SLOTS, COMMANDS, FEATURES)
                .forEach(id -> page.put32((long) id * Integer.BYTES, SUPPORTED));
        return page;
    }

    /** Returns the page of the commands that there are (5.16.1.6): admin commands, then I/O commands. */
    static Page commands() {
        Page page = new Page(COMMANDS_LENGTH);
        AdminExecutor.opcodes().forEach(opcode -> page.put32((long) opcode * Integer.BYTES, SUPPORTED));
        IoExecutor.opcodes()
                .forEach(opcode -> page.put32(
                        (IDS + (long) opcode) * Integer.BYTES,
                        IoExecutor.isWriting(opcode) ? SUPPORTED | CHANGES_DATA : SUPPORTED));
        return page;
    }

    /** Returns the page of the features that there are (5.16.1.18). */
    static Page features(Features features) {
        Page page = new Page(IDS * Integer.BYTES);
        IntStream.range(0, IDS)
                .filter(features::has)
                .forEach(id -> page.put32(
                        (long) id * Integer.BYTES,
                        SUPPORTED | (id == Features.ERROR_RECOVERY ? SCOPE_NAMESPACE : SCOPE_CONTROLLER)));
        return page;
    }
}
