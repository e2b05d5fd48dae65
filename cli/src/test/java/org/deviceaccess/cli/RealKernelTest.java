// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.deviceaccess.drivers.edu.Completion;
import org.deviceaccess.drivers.edu.EduDevice;
import org.deviceaccess.drivers.edu.EduDriverProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
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
    /** Emulated, and perhaps on a busy host. */
    private static final EduDriverProvider PATIENT = new EduDriverProvider().withTimeout(Duration.ofSeconds(30));

    private static final String EDU_64_BITS = "vfio:0000:00:10.0";
    private static final String EDU_28_BITS = "vfio:0000:00:11.0";

    /** The interrupts of a device, as if it had this kind alone. */
    private record OneKind(InterruptSupport all, InterruptKind kind) implements InterruptSupport {
        @Override
        public List<InterruptInfo> kinds() {
            return all.kinds().stream().filter(info -> info.kind() == kind).toList();
        }

        @Override
        public Interrupts enable(InterruptKind wanted, int vectors) {
            return all.enable(wanted, vectors);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = InterruptKind.class,
            names = {"INTX", "MSI"})
    void theDriverWorksByEachKindOfInterrupt(InterruptKind kind) throws Exception {
        try (DeviceAccess opened = Devices.open(EDU_28_BITS)) {
            DeviceAccess device = mock(DeviceAccess.class, delegatesTo(opened));
            doReturn(new OneKind(opened.interrupts(), kind)).when(device).interrupts();
            Region bar0 = opened.region(RegionId.BAR0);
            try (EduDevice edu = PATIENT.attach(device)) {
                for (int round = 0; round < 20; round++) {
                    assertEquals(479_001_600, edu.factorial(12, Completion.INTERRUPT));
                    assertEquals(120, edu.factorial(5, Completion.POLLING));
                }
                byte[] sent = new byte[EduDevice.BUFFER_SIZE];
                new Random(3).nextBytes(sent);
                byte[] received = new byte[sent.length];
                edu.write(0, MemorySegment.ofArray(sent), Completion.INTERRUPT);
                edu.read(0, MemorySegment.ofArray(received), Completion.INTERRUPT);
                assertEquals(-1, MemorySegment.ofArray(sent).mismatch(MemorySegment.ofArray(received)));
            }
            assertEquals(0, bar0.read32(0x20), "no interrupt will be raised");
            assertEquals(0, bar0.read32(0x24), "no interrupt is raised");
        }
    }

    @Test
    void theDriverCopiesFromAndToTheCallersBuffer() throws Exception {
        try (DeviceAccess device = Devices.open(EDU_64_BITS);
                EduDevice edu = PATIENT.withAddressBits(64).attach(device);
                DmaBuffer buffer = device.dma().allocate(8192, edu.dmaConstraints())) {
            buffer.memory().asSlice(0, 4096).fill((byte) 0x5a);
            edu.copyToDevice(buffer, 1, 7, 1000, Completion.POLLING);
            edu.copyFromDevice(7, buffer, 4096, 1000, Completion.POLLING);
            assertEquals(
                    -1,
                    buffer.memory().asSlice(4096, 1000).mismatch(buffer.memory().asSlice(1, 1000)));
            assertEquals(
                    -1,
                    buffer.memory().asSlice(5096).mismatch(MemorySegment.ofArray(new byte[3096])),
                    "nothing behind it was touched");
        }
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
