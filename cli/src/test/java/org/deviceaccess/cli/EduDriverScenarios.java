// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
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

/** What the edu driver does with a real kernel's device, the same over every backend. */
final class EduDriverScenarios {
    /** Emulated, and perhaps on a busy host. */
    private static final EduDriverProvider PATIENT = new EduDriverProvider().withTimeout(Duration.ofSeconds(30));

    private EduDriverScenarios() {}

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

    /** Computes and copies with one kind of interrupt, and sees that the driver leaves the device quiet. */
    static void worksByEachKindOfInterrupt(String address, InterruptKind kind) throws Exception {
        try (DeviceAccess opened = Devices.open(address)) {
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

    /** Copies within the caller's own buffer; the device is one that drives 64 address bits. */
    static void copiesFromAndToTheCallersBuffer(String address) throws Exception {
        try (DeviceAccess device = Devices.open(address);
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
}
