// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.noiommu;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.physical.Hugepages;
import org.deviceaccess.linux.physical.PhysicalMemoryFindings;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.linux.vfio.IommuType;
import org.deviceaccess.linux.vfio.VfioAttachment;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.error.DeviceAccessException;

/** What the backend needs of the machine. */
final class NoIommuDiagnosis {
    private NoIommuDiagnosis() {}

    /** Looks at the kernel's mode, and tries the container, hugepages and physical addresses. */
    static List<Finding> of(LibC libc, Sysfs sysfs) {
        List<Finding> findings = new ArrayList<>();
        findings.add(mode(NoIommuMode.of(sysfs)));
        findings.add(container(libc));
        findings.addAll(PhysicalMemoryFindings.of(libc, new Hugepages(sysfs)));
        return findings;
    }

    private static Finding mode(NoIommuMode mode) {
        return new Finding(
                "no-IOMMU mode",
                mode == NoIommuMode.ON ? Finding.Severity.OK : Finding.Severity.PROBLEM,
                mode.description(),
                mode.command() == null ? null : "As root: " + mode.command());
    }

    private static Finding container(LibC libc) {
        String topic = "VFIO without an IOMMU";
        try {
            VfioAttachment.checkContainer(libc, IommuType.NOIOMMU);
            return new Finding(topic, Finding.Severity.OK, "the container can be opened and has this type", null);
        } catch (DeviceAccessException e) {
            var verdict = Availability.Unavailable.of(e);
            return new Finding(topic, Finding.Severity.PROBLEM, verdict.detail(), verdict.remedy());
        }
    }
}
