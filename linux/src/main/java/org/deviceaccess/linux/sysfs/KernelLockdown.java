// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.sysfs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;

/**
 * Whether the kernel is locked down (kernel_lockdown(7)), as it is under Secure Boot in many distributions. It then
 * refuses root, too, to write configuration spaces, to map resources of PCI devices and to use I/O ports through files.
 *
 * @param sysfs the tree, in which securityfs is mounted
 */
public record KernelLockdown(Sysfs sysfs) {
    /** What it keeps from being done, in words. */
    public static final String EFFECT =
            "the kernel refuses to write configuration spaces, to map resources of PCI devices and to use I/O ports"
                    + " through files";
    /** What to do about it. */
    public static final String REMEDY =
            "Use the backend vfio, which does without; or turn Secure Boot off in the firmware and remove lockdown= from"
                    + " the kernel's command line";

    private static final Pattern CHOSEN = Pattern.compile("\\[([a-z]+)]");
    private static final String NONE = "none";

    /** Returns the mode: none, integrity or confidentiality; nothing if securityfs is not mounted or does not tell. */
    public Optional<String> mode() {
        try {
            return sysfs.textIfPresent(sysfs.path("kernel/security/lockdown"))
                    .map(CHOSEN::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1));
        } catch (DeviceNotFoundException noSecurityfs) {
            return Optional.empty();
        }
    }

    /** Returns the mode if it keeps anything from being done. */
    public Optional<String> restricting() {
        return mode().filter(KernelLockdown::restricts);
    }

    /**
     * Returns why something of a PCI device or I/O ports was refused with EPERM.
     *
     * @param failure operation and path
     * @param others what else it may be, where it is not known whether the kernel is locked down
     */
    public Failure explain(Failure failure, String others) {
        Optional<String> mode = mode();
        if (mode.isPresent() && restricts(mode.get())) {
            return failure.because("the kernel is locked down (" + mode.get() + "): " + EFFECT)
                    .remedy(REMEDY);
        }
        return failure.because(
                mode.isPresent()
                        ? others
                        : "the kernel is locked down, which cannot be told without securityfs; or " + others);
    }

    private static boolean restricts(String mode) {
        return !mode.equals(NONE);
    }
}
