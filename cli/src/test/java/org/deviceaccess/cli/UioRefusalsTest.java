// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.ErrorCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each refusal of UIO: opening and the doctor say the same, and typing the remedy makes it work. */
@Tag("guest")
@Tag("uio")
@Timeout(1400)
class UioRefusalsTest {
    private static final String EDU = "0000:00:10.0";
    private static final String OTHER = "0000:00:11.0";

    @Test
    void aDeviceWithoutDriver() {
        Guest.bind(OTHER, "");
        try {
            Refusal.of("uio:" + OTHER, ErrorCode.DEVICE_NOT_BOUND).cure();
        } finally {
            Guest.bind(OTHER, "uio_pci_generic");
        }
    }

    @Test
    void aDeviceWithAnotherDriver() {
        Guest.bind(OTHER, "pci-stub");
        try {
            Refusal refusal = Refusal.of("uio:" + OTHER, ErrorCode.DEVICE_NOT_BOUND);
            assertTrue(refusal.detail().contains("pci-stub"), refusal::toString);
            refusal.cure();
        } finally {
            Guest.bind(OTHER, "uio_pci_generic");
        }
    }

    /** Two files are needed, and each refusal names the next one. */
    @Test
    void filesThatMayNotBeOpened() {
        String node = "/dev/" + Guest.sh("ls /sys/bus/pci/devices/" + EDU + "/uio");
        String config = "/sys/bus/pci/devices/" + EDU + "/config";
        try {
            for (String file : new String[] {node, config}) {
                Refusal refusal = Refusal.of(Guest.NOBODY, "uio:" + EDU, ErrorCode.PERMISSION_DENIED);
                assertEquals("sudo chown 65534 " + file, Refusal.commands(refusal.remedy()));
                refusal.applyRemedy();
            }
            Guest.sh(Guest.NOBODY + " ./deviceaccess info uio:" + EDU);
        } finally {
            Guest.sh("chown root " + node + " " + config);
        }
    }

    @Test
    void aDeviceInUse() {
        try (DeviceAccess held = Devices.open("uio:" + EDU)) {
            Refusal refusal = Refusal.of("uio:" + EDU, ErrorCode.DEVICE_BUSY);
            String pid = Long.toString(ProcessHandle.current().pid());
            assertTrue(refusal.detail().contains(pid), refusal::toString);
            assertEquals(pid, Guest.sh(Refusal.commands(refusal.remedy()) + " 2>/dev/null"));
            assertTrue(held.isOpen());
        }
        Devices.open("uio:" + EDU).close();
    }

    @Test
    void theBareAddressIsOpenedWithoutDma() {
        CommandRun run = CommandRun.of("doctor", "--json", EDU);
        assertEquals(0, run.exitCode(), run.out());
        JsonNode doctor = run.json();
        assertEquals("uio:" + EDU, doctor.at("/device/chosen").textValue());
        assertEquals(
                "NO_DMA",
                Refusal.verdict(doctor.at("/device/verdicts"), "uio")
                        .get("trust")
                        .textValue());
        assertEquals(
                "DA-IOMMU-ABSENT",
                Refusal.verdict(doctor.at("/device/verdicts"), "vfio")
                        .get("reason")
                        .textValue());
        assertTrue(doctor.at("/ready/uio").booleanValue(), doctor::toString);
        assertEquals(
                "OK",
                Refusal.finding("uio", doctor, "kernel: uio_pci_generic")
                        .get("severity")
                        .textValue());
        JsonNode off = Refusal.finding("vfio", doctor, "IOMMU");
        assertEquals("PROBLEM", off.get("severity").textValue());
        assertTrue(off.get("remedy").textValue().contains("intel_iommu=on"), off::toString);
    }
}
