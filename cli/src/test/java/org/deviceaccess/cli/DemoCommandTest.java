// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    @Test
    void runsEveryStepOnTheSimulatedDevice() {
        CommandRun demo = CommandRun.of("demo");
        assertEquals(0, demo.exitCode(), demo.out() + demo.err());
        assertEquals("", demo.err());
        assertTrue(demo.out().contains("479001600"), demo.out());
        assertTrue(demo.out().contains("refused: address 0x"), demo.out());
        String verdict = demo.out().lines().toList().getLast();
        assertTrue(verdict.matches("OK: 10 steps on sim:edu in [0-9.]+ s"), verdict);
    }

    @Test
    void tellsAProgramTheSame() {
        CommandRun demo = CommandRun.of("demo", "--json", "sim:edu?latency=0");
        assertEquals(0, demo.exitCode(), demo.err());
        JsonNode result = demo.json();
        assertTrue(result.get("ok").booleanValue());
        assertEquals(10, result.get("steps").size());
        result.get("steps")
                .forEach(step -> assertEquals("done", step.get("outcome").textValue(), step.toString()));
    }

    @Test
    void aDeviceThatDropsAddressBitsIsNoticed() {
        CommandRun demo = CommandRun.of("demo", "--json", "sim:edu?dma-mask=0xff");
        assertEquals(1, demo.exitCode());
        assertTrue(demo.err().startsWith("DA-DEVICE-FAULT: "), demo.err());
        JsonNode result = demo.json();
        assertEquals(false, result.get("ok").booleanValue());
        JsonNode last = result.get("steps").get(result.get("steps").size() - 1);
        assertEquals("failed", last.get("outcome").textValue());
    }

    @Test
    void aDeviceTooSlowFailsInTime() {
        CommandRun demo = CommandRun.of("demo", "sim:edu?latency=60000000");
        assertEquals(1, demo.exitCode());
        assertTrue(demo.err().startsWith("DA-DEVICE-TIMEOUT: "), demo.err());
        assertTrue(demo.out().contains("FAILED: step 5 on sim:edu"), demo.out());
    }

    @Test
    void addressBitsAreChecked() {
        CommandRun demo = CommandRun.of("demo", "--dma-bits", "65");
        assertEquals(2, demo.exitCode());
        assertTrue(demo.err().contains("65"), demo.err());
    }
}
