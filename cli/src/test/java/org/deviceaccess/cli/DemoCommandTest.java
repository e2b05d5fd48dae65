// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.deviceaccess.tck.probe.Trouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertFalse(result.get("ok").booleanValue());
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

    @ParameterizedTest
    @ValueSource(strings = {"sim:e1000e", "sim:nvme", "sim:virtio-blk", "sim:virtio-net", "sim:virtio-rng"})
    void anyOtherDeviceIsRefusedBeforeARegisterIsTouched(String address) {
        WatchedSim sim = new WatchedSim(Trouble.NONE);
        CommandRun demo = CommandRun.with(List.of(sim), "demo", address);
        assertEquals(2, demo.exitCode(), demo.out() + demo.err());
        assertEquals(List.of(), sim.done());
        assertFalse(sim.opened().isOpen());
        assertTrue(demo.out().contains("FAILED: it is no edu device"), demo.out());
        assertTrue(demo.err().contains(address + " is PCI "), demo.err());
        assertTrue(demo.err().contains("no register of it was read or written"), demo.err());
    }

    @Test
    void aProgramIsToldOfTheRefusal() {
        CommandRun demo = CommandRun.of("demo", "--json", "sim:nvme");
        assertEquals(2, demo.exitCode(), demo.err());
        assertFalse(demo.json().get("ok").booleanValue());
    }

    @ParameterizedTest
    @EnumSource(names = {"ONES", "ZEROS"})
    void aRegisterThatDoesNotHoldTheInverseIsNoticed(Trouble.Answer answer) {
        CommandRun demo = CommandRun.with(List.of(new WatchedSim(Trouble.answering(answer))), "demo");
        assertEquals(1, demo.exitCode(), demo.out());
        assertTrue(demo.err().startsWith("DA-DEVICE-FAULT: "), demo.err());
        assertTrue(demo.err().contains("instead of the inverse"), demo.err());
        assertTrue(demo.out().contains("FAILED: step 3 on sim:edu"), demo.out());
        assertFalse(demo.out().contains("holds the inverse"), demo.out());
    }

    @Test
    void addressBitsAreChecked() {
        CommandRun demo = CommandRun.of("demo", "--dma-bits", "65");
        assertEquals(2, demo.exitCode());
        assertTrue(demo.err().contains("65"), demo.err());
    }
}
