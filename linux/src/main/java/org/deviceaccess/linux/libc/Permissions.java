// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.deviceaccess.spi.error.Errno;
import org.deviceaccess.spi.error.Failure;

/** Says, after the kernel refused, who may use a file and who this process is. */
final class Permissions {
    private Permissions() {}

    /** Returns the failure with both in its detail, and with a remedy unless it has one. */
    static Failure explain(Failure failure) {
        String path = failure.path();
        String file = path == null ? "" : file(path);
        ProcessStatus process = ProcessStatus.self();
        String who = (file.isEmpty() ? "" : file + ", and ") + "this process has " + process.inWords();
        Failure facts = failure.because(failure.detail().isEmpty() ? who : failure.detail() + "; " + who);
        if (facts.remedy() != null) {
            return facts;
        }
        Errno errno = failure.errno();
        boolean byMode = !file.isEmpty() && errno != null && errno.number() == Errnos.EACCES;
        return facts.remedy(
                byMode
                        // A device that is bound again has new files.
                        ? "Give the file to this user, for good by a udev rule, for now as root: "
                                + RootCommands.forThisUser(
                                        "chown " + process.user().orElse("USER") + " " + path)
                        : "Owner and mode of the file are not in the way, the kernel asks for a capability or a"
                                + " container does not allow the device: run as root, outside of a container");
    }

    private static String file(String path) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(Path.of(path), PosixFileAttributes.class);
            return "it belongs to " + attributes.owner().getName() + ":"
                    + attributes.group().getName() + " with mode "
                    + PosixFilePermissions.toString(attributes.permissions());
        } catch (IOException | InvalidPathException e) {
            return ""; // not a file, or not even to be looked at: the kernel's own answer is all there is to say
        }
    }
}
