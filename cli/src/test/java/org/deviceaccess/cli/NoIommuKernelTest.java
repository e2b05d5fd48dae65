// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The edu driver, unchanged, and the command over VFIO without an IOMMU. */
@Tag("guest")
@Tag("noiommu")
@Timeout(600)
class NoIommuKernelTest {
    private static final String EDU_64_BITS = "vfio-noiommu:0000:00:10.0?unsafe=true";

    @ParameterizedTest
    @EnumSource(
            value = InterruptKind.class,
            names = {"INTX", "MSI"})
    void theDriverWorksByEachKindOfInterrupt(InterruptKind kind) throws Exception {
        EduDriverScenarios.worksByEachKindOfInterrupt(EDU_64_BITS, kind);
    }

    @Test
    void theDriverCopiesFromAndToTheCallersBuffer() throws Exception {
        EduDriverScenarios.copiesFromAndToTheCallersBuffer(EDU_64_BITS);
    }

    @Test
    void theExampleOfADriverWorks() {
        assertEquals(
                "10! = 3628800",
                Guest.sh(
                        "java=$(cat cli/target/built-with)/bin/java; \"$java\" -XX:TieredStopAtLevel=1 --module-path cli/target/modules"
                                + " --add-modules ALL-MODULE-PATH examples/FactorialDriver.java '" + EDU_64_BITS
                                + "'"));
    }

    @Test
    void theCommandSaysThatNothingProtects() {
        JsonNode info = CommandRun.of("info", "--json", EDU_64_BITS).json();
        assertEquals("UNPROTECTED", info.get("trust").textValue());
        CommandRun unsaid = CommandRun.of("info", "0000:00:10.0");
        assertEquals(1, unsaid.exitCode());
        assertTrue(unsaid.err().contains("DA-UNSAFE-NOT-ALLOWED"), unsaid.err());
        assertTrue(unsaid.err().contains("unsafe=true"), unsaid.err());
    }

    @Test
    void theDemoRunsOverPhysicalAddresses() {
        CommandRun run = CommandRun.of("demo", EDU_64_BITS, "--dma-bits", "64");
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("OK: "), run.out());
    }
}
