// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.deviceaccess.spi.OptionKey;

/** The versions of the NVM Express specification that a controller can claim; what a version lacks is refused. */
enum Version {
    V1_0("1.0", 0x00010000),
    V1_1("1.1", 0x00010100),
    V1_2("1.2", 0x00010200),
    V1_3("1.3", 0x00010300),
    V1_4("1.4", 0x00010400),
    V2_0("2.0", 0x00020000);

    static final OptionKey<Version> OPTION = new OptionKey<>(
            "version",
            "The version of the NVM Express specification that the controller claims and keeps to (VS).",
            Arrays.stream(values()).map(version -> version.text).collect(Collectors.joining("|")),
            V1_4.text,
            Version::parse);

    private final String text;
    private final int register;

    Version(String text, int register) {
        this.text = text;
        this.register = register;
    }

    private static Version parse(String text) {
        return Arrays.stream(values())
                .filter(version -> version.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not one of 1.0, 1.1, 1.2, 1.3, 1.4 and 2.0"));
    }

    /** Returns what VS reads as (3.1.2). */
    int register() {
        return register;
    }

    /** Returns whether this has what came with a version. */
    boolean has(Version other) {
        return compareTo(other) >= 0;
    }
}
