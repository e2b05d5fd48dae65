// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.util.Locale;

/** The capabilities that the kernel asks for here and there (linux/capability.h, capabilities(7)). */
public enum Capability {
    /** Use any file. */
    CAP_DAC_OVERRIDE(1),
    /** Lock memory beyond the limit. */
    CAP_IPC_LOCK(14),
    /** Reach hardware past all protection: I/O ports, devices without an IOMMU. */
    CAP_SYS_RAWIO(17),
    /** Administer the system; also: see physical addresses. */
    CAP_SYS_ADMIN(21);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** Returns whether a set of capabilities has it. */
    public boolean isIn(long capabilities) {
        return (capabilities >>> bit & 1) != 0;
    }

    /** Returns what to type so that a program of this user has it, in front of the program and as root. */
    public String grant(String user) {
        String name = name().substring("CAP_".length()).toLowerCase(Locale.ROOT);
        return "setpriv --reuid=" + user + " --regid=\"$(id -g " + user + ")\" --init-groups --inh-caps=+" + name
                + " --ambient-caps=+" + name;
    }
}
