// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The edu driver and the command over VFIO, on the devices of the testbed's profile. */
@Tag("guest")
@Tag("vfio")
@Timeout(600)
class RealKernelTest {
    private static final String EDU_64_BITS = "vfio:0000:00:10.0";
    private static final String EDU_28_BITS = "vfio:0000:00:11.0";

    @ParameterizedTest
    @EnumSource(
            value = InterruptKind.class,
            names = {"INTX", "MSI"})
    void theDriverWorksByEachKindOfInterrupt(InterruptKind kind) throws Exception {
        EduDriverScenarios.worksByEachKindOfInterrupt(EDU_28_BITS, kind);
    }

    @Test
    void theDriverCopiesFromAndToTheCallersBuffer() throws Exception {
        EduDriverScenarios.copiesFromAndToTheCallersBuffer(EDU_64_BITS);
    }

    @Test
    void theCommandShowsTheDevicesAndWhatIsInTheWay() {
        CommandRun run = CommandRun.of("list", "--json");
        assertEquals(0, run.exitCode(), run.err());
        Map<String, JsonNode> verdicts = new TreeMap<>();
        run.json()
                .get("devices")
                .forEach(device -> device.get("verdicts")
                        .forEach(verdict -> verdicts.put(
                                verdict.get("backend").textValue() + ":"
                                        + device.get("address").textValue(),
                                verdict)));
        assertEquals("IOMMU", verdicts.get(EDU_64_BITS).get("trust").textValue());
        assertEquals(
                "DA-GROUP-NOT-VIABLE",
                verdicts.get("vfio:0000:00:15.0").get("reason").textValue());
        CommandRun shared = CommandRun.of("info", "0000:00:15.0");
        assertEquals(1, shared.exitCode());
        assertTrue(shared.err().contains("0000:00:15.1"), shared.err());
    }

    @Test
    void theCommandShowsAWholeDevice() {
        JsonNode info = CommandRun.of("info", "--json", "0000:00:10.0").json();
        assertEquals(EDU_64_BITS, info.get("address").textValue());
        assertEquals("1234:11e8", info.get("identity").get("pci").get("id").textValue());
        assertTrue(info.get("regions").get(0).get("mapped").booleanValue(), info.toString());
        assertFalse(info.get("pciCapabilities").isEmpty(), info.toString());
    }
}
