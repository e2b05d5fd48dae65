// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.util.Optional;

/** Commands that only root may type, as the user of this process types them. */
public final class RootCommands {
    private static final String ROOT = "0";
    private static final long KIB = 1024;

    private RootCommands() {}

    /**
     * Returns commands of the shell as this process's user can type them: as they are by root, through {@code sudo} by
     * anybody else.
     *
     * @param commands one or several, separated by semicolons, without a single quote
     */
    public static String forThisUser(String commands) {
        return forUser(ProcessStatus.self().user(), commands);
    }

    /**
     * Returns the command that lets the shell it is typed in, and what that starts, lock so much memory, and after it
     * what to configure so that this process's user always may.
     *
     * @param kib how much, in KiB
     */
    public static String raiseLockedMemory(long kib) {
        // A user's shell cannot raise its own limit, and ulimit is no program that sudo could run.
        return forThisUser("prlimit --pid $$ --memlock=" + kib * KIB + ":" + kib * KIB)
                + "; or for good, a line in /etc/security/limits.conf: " + System.getProperty("user.name", "USER")
                + " - memlock " + kib + " (systemd services: LimitMEMLOCK=" + kib + "K)";
    }

    static String forUser(Optional<String> user, String commands) {
        if (user.filter(ROOT::equals).isPresent()) {
            return commands;
        }
        // Without a shell of its own sudo would not cover what is redirected, nor a second command.
        return commands.contains(">") || commands.contains(";") ? "sudo sh -c '" + commands + "'" : "sudo " + commands;
    }
}
