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

/** Each refusal of VFIO: opening and the doctor say the same, and typing the remedy makes it work. */
@Tag("guest")
@Tag("vfio")
@Timeout(1400)
class VfioRefusalsTest {
    private static final String EDU = "0000:00:10.0";
    private static final String OTHER = "0000:00:11.0";

    @Test
    void aDeviceWithoutDriver() {
        Guest.bind(OTHER, "");
        try {
            Refusal.of("vfio:" + OTHER, ErrorCode.DEVICE_NOT_BOUND).cure();
        } finally {
            Guest.bind(OTHER, "vfio-pci");
        }
    }

    @Test
    void aDeviceWithAnotherDriver() {
        Guest.bind(OTHER, "uio_pci_generic");
        try {
            Refusal refusal = Refusal.of("vfio:" + OTHER, ErrorCode.DEVICE_NOT_BOUND);
            assertTrue(refusal.detail().contains("uio_pci_generic"), refusal::toString);
            refusal.cure();
        } finally {
            Guest.bind(OTHER, "vfio-pci");
        }
    }

    @Test
    void aGroupThatIsNotViable() {
        Refusal refusal = Refusal.of("vfio:0000:00:15.0", ErrorCode.GROUP_NOT_VIABLE);
        assertTrue(refusal.detail().contains("0000:00:15.1 (uio_pci_generic)"), refusal::toString);
        JsonNode finding =
                Refusal.finding("vfio", CommandRun.of("doctor", "--json").json(), Guest.groupNode("0000:00:15.0"));
        assertEquals("WARNING", finding.get("severity").textValue());
        assertEquals(refusal.remedy(), finding.get("remedy").textValue());
        try {
            refusal.cure();
        } finally {
            Guest.bind("0000:00:15.1", "uio_pci_generic");
        }
    }

    @Test
    void aNodeThatMayNotBeOpened() {
        String node = Guest.groupNode(EDU);
        Refusal refusal = Refusal.of(Guest.NOBODY, "vfio:" + EDU, ErrorCode.PERMISSION_DENIED);
        assertTrue(refusal.detail().contains("root:root with mode rw-------"), refusal::toString);
        assertTrue(refusal.detail().contains("uid 65534"), refusal::toString);
        assertEquals("sudo chown 65534 " + node, Refusal.commands(refusal.remedy()));
        refusal.applyRemedy();
        try {
            Guest.sh(Guest.NOBODY + " ./deviceaccess demo vfio:" + EDU);
            Guest.sh(Guest.NOBODY + " ./deviceaccess doctor vfio:" + EDU);
        } finally {
            Guest.sh("chown root " + node);
        }
    }

    @Test
    void tooLittleMemoryThatMayBeLocked() {
        String node = Guest.groupNode(EDU);
        Guest.sh("chown 65534 " + node);
        try {
            String limited = "prlimit --memlock=4096:4096 " + Guest.NOBODY;
            Guest.Outcome refused = Guest.run(limited + " ./deviceaccess demo vfio:" + EDU);
            assertEquals(1, refused.exitCode(), refused.out());
            assertTrue(refused.err().contains(ErrorCode.MEMLOCK_LIMIT.id()), refused.err());
            assertTrue(refused.err().contains("prlimit --pid $$ --memlock="), refused.err());
            Guest.Outcome doctor = Guest.run(limited + " ./deviceaccess doctor --json");
            JsonNode finding = Refusal.finding("vfio", Refusal.json(doctor.out()), "locked memory");
            assertEquals("PROBLEM", finding.get("severity").textValue());
            String remedy = Refusal.commands(finding.get("remedy").textValue()).replaceFirst(";.*", "");
            assertEquals("sudo prlimit --pid $$ --memlock=67108864:67108864", remedy);
            Guest.sh("ulimit -l 4; " + Refusal.asRoot(remedy) + "; " + Guest.NOBODY + " ./deviceaccess demo vfio:"
                    + EDU);
        } finally {
            Guest.sh("chown root " + node);
        }
    }

    @Test
    void aDeviceInUse() throws Exception {
        String node = Guest.groupNode(EDU);
        try (DeviceAccess held = Devices.open("vfio:" + EDU)) {
            Refusal refusal = Refusal.of("vfio:" + EDU, ErrorCode.DEVICE_BUSY);
            String command = Refusal.commands(refusal.remedy());
            assertEquals("fuser -v " + node, command);
            assertEquals(Long.toString(ProcessHandle.current().pid()), Guest.sh(command + " 2>/dev/null"));
            JsonNode finding =
                    Refusal.finding("vfio", CommandRun.of("doctor", "--json").json(), node);
            assertTrue(finding.get("detail").textValue().endsWith(": in use"), finding::toString);
            assertTrue(held.isOpen());
        }
        Devices.open("vfio:" + EDU).close();
    }

    @Test
    void theDoctorSeesTheWholeMachine() {
        CommandRun run = CommandRun.of("doctor", "--json", EDU);
        assertEquals(0, run.exitCode(), run.out());
        JsonNode doctor = run.json();
        assertEquals("vfio:" + EDU, doctor.at("/device/chosen").textValue());
        assertTrue(doctor.at("/ready/vfio").booleanValue());
        assertEquals(
                "on: dmar0 (Intel VT-d)",
                Refusal.finding("vfio", doctor, "IOMMU").get("detail").textValue());
        for (String topic :
                new String[] {"kernel: vfio", "kernel: vfio-pci", "kernel: vfio_iommu_type1", "/dev/vfio/vfio"}) {
            assertEquals(
                    "OK", Refusal.finding("vfio", doctor, topic).get("severity").textValue(), topic);
        }
        assertEquals(
                EDU + " (vfio-pci): viable",
                Refusal.finding("vfio", doctor, Guest.groupNode(EDU))
                        .get("detail")
                        .textValue());
    }
}
