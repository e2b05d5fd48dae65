// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.sysfs.KernelModules;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.DeviceAccessException;

/**
 * The machine, as far as it is looked at.
 *
 * @param bus its PCI functions, and with them sysfs
 * @param dev {@code /dev}
 * @param process this process
 * @param libc the C library; answers an exception where native access is not allowed
 */
public record Machine(PciBus bus, Path dev, ProcessStatus process, Supplier<LibC> libc) {
    /** Returns this machine. */
    public static Machine system(Supplier<LibC> libc) {
        return new Machine(PciBus.system(), Path.of("/dev"), ProcessStatus.self(), libc);
    }

    Sysfs sysfs() {
        return bus.sysfs();
    }

    KernelModules modules() {
        return new KernelModules(sysfs());
    }

    /**
     * Looks at several things, each whatever comes of the others.
     *
     * @param examinations what to look at, in the order in which it would have to be mended
     * @return what was found, in that order; what could not be looked at is a finding, too
     */
    public List<Finding> examine(Examination... examinations) {
        List<Finding> findings = new ArrayList<>();
        for (Examination examination : examinations) {
            try {
                findings.addAll(examination.look(this));
            } catch (DeviceAccessException e) {
                String subject = e.path() == null ? e.operation() : e.path();
                findings.add(new Finding(subject, Severity.PROBLEM, e.code() + ": " + e.detail(), e.remedy()));
            }
        }
        return List.copyOf(findings);
    }
}
