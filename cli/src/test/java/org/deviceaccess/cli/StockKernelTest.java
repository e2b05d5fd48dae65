// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.tck.Tck;
import org.deviceaccess.tck.TckConfig;
import org.deviceaccess.tck.TckListener;
import org.deviceaccess.tck.report.ConsoleTable;
import org.deviceaccess.tck.report.TckReport;
import org.deviceaccess.tck.report.TestResult;
import org.deviceaccess.tck.spec.Effort;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel of a distribution, with the files and modules that a kernel for tests does not have. */
@Tag("guest")
@Tag("stock")
@Timeout(900)
@TestMethodOrder(OrderAnnotation.class)
class StockKernelTest {
    private static final String VFIO = "vfio:0000:00:10.0";
    private static final String UIO = "uio:0000:00:11.0";
    private static final String UNBOUND = "0000:00:15.0";
    private static final String NEIGHBOUR = "0000:00:15.1";

    private static String severity(String backend, JsonNode doctor, String topic) {
        return Refusal.finding(backend, doctor, topic).get("severity").textValue();
    }

    @Test
    @Order(1)
    void theDoctorFindsNothingWrongOnAHealthyMachine() {
        CommandRun run = CommandRun.of("doctor", "--json");
        assertEquals(0, run.exitCode(), run.out());
        JsonNode doctor = run.json();
        assertTrue(doctor.at("/ready/vfio").booleanValue(), run.out());
        assertTrue(doctor.at("/ready/uio").booleanValue(), run.out());
        assertEquals(
                "none", Refusal.finding("uio", doctor, "lockdown").get("detail").textValue());
        String mode = Refusal.finding("vfio-noiommu", doctor, "no-IOMMU mode")
                .get("detail")
                .textValue();
        assertTrue(mode.contains("built without the mode"), mode);
        assertFalse(mode.contains("not loaded"), mode);
    }

    @Test
    @Order(2)
    void aDeviceWithoutDriverAndThenAGroupThatIsNotViable() {
        Guest.bind(NEIGHBOUR, "uio_pci_generic");
        Refusal.of("vfio:" + UNBOUND, ErrorCode.DEVICE_NOT_BOUND).applyRemedy();
        Refusal.of("vfio:" + UNBOUND, ErrorCode.GROUP_NOT_VIABLE).cure();
    }

    @Test
    @Order(3)
    void aDeviceOfAnotherDriver() {
        Refusal.of("uio:" + UNBOUND, ErrorCode.DEVICE_NOT_BOUND).cure();
    }

    /** All requirements, with few rounds of what is tried often: races and leaks are looked for on other kernels. */
    @ParameterizedTest
    @ValueSource(strings = {VFIO, UIO})
    @Order(4)
    void theKitPasses(String address) {
        var config = new TckConfig(address, Devices.installed(), Effort.rounds(2), Set.of(), List.of(), null, null);
        TckReport report = Tck.run(config, new Steps());
        assertEquals(0, report.judgement().exitCode(), () -> ConsoleTable.render(report));
    }

    /** As under Secure Boot, for as long as this guest lives. */
    @Test
    @Order(5)
    void underLockdownTheDoctorAndOpeningSayTheSame() {
        Guest.sh("echo integrity > /sys/kernel/security/lockdown");
        Refusal refusal = Refusal.of(UIO, ErrorCode.PERMISSION_DENIED);
        assertTrue(refusal.detail().contains("locked down (integrity)"), refusal::toString);
        assertFalse(refusal.remedy().contains("root"), refusal::toString);
        JsonNode doctor = CommandRun.of("doctor", "--json").json();
        assertEquals("PROBLEM", severity("uio", doctor, "lockdown"));
        assertFalse(doctor.at("/ready/uio").booleanValue(), doctor::toString);
        Devices.open(VFIO).close();
    }

    /** Shows where the kit is: an emulated machine takes minutes. */
    private static final class Steps implements TckListener {
        @Override
        public void testEnded(TestResult result, int done, int total) {
            System.out.println(done + "/" + total + "  " + result.name() + " " + result.outcome());
        }
    }
}
