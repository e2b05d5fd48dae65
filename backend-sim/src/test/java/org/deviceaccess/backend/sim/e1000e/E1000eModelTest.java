// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What drivers use of an 82574 that was not written for the model: extended descriptors, causes that clear by themselves. */
@Timeout(60)
class E1000eModelTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int CTRL_EXT = 0x00018;
    private static final int CTRL_EXT_EIAME = 1 << 24;
    private static final int CTRL_EXT_IAME = 1 << 27;
    private static final int ICR = 0x000c0;
    private static final int ICS = 0x000c8;
    private static final int IMS = 0x000d0;
    private static final int EIAC = 0x000dc;
    private static final int IAM = 0x000e0;
    private static final int IVAR = 0x000e4;
    private static final int RFCTL = 0x05008;
    private static final int RFCTL_EXTEN = 1 << 15;
    private static final int RXQ0 = 1 << 20;
    private static final int OTHER = 1 << 24;
    private static final int LSC = 1 << 2;

    private DeviceAccess device;
    private Region bar;
    private E1000eTestPort port;

    @BeforeEach
    void open() {
        device = Devices.open("sim:e1000e?latency=0");
        bar = device.region(RegionId.BAR0);
        port = new E1000eTestPort(device);
        port.start();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private int awaitStatus(int entry) {
        while ((port.received(entry, 2) & 1) == 0) {
            Thread.onSpinWait();
        }
        return port.received(entry, 2);
    }

    @Test
    void extendedDescriptorsSayWhatLegacyOnesDo() {
        bar.write32(RFCTL, RFCTL_EXTEN);
        port.send(1, 100);
        assertEquals(3, awaitStatus(0), "done, and the end of the packet");
        assertEquals(100 + 4, port.received(0, 3) & 0xffff);
        assertEquals(0, port.received(0, 0) | port.received(0, 1), "no hash");
        device.unwrap(E1000eFaults.class).orElseThrow().damageFrame();
        port.send(2, 60);
        assertEquals(1 << 24 | 3, awaitStatus(1), "CE");
        assertEquals(60 + 4, port.received(1, 3) & 0xffff);
    }

    @Test
    void aMessageClearsAndMasksItsCauseWhereThatIsAskedFor() throws InterruptedException {
        try (Interrupts messages = device.interrupts().enable(InterruptKind.MSIX, 3)) {
            bar.write32(IVAR, 8 | 9 << 8 | 10 << 16);
            bar.write32(EIAC, RXQ0);
            bar.write32(CTRL_EXT, CTRL_EXT_EIAME);
            bar.write32(IMS, RXQ0 | OTHER);
            port.send(1, 60);
            assertEquals(1, messages.vector(0).await(LONG));
            assertEquals(0, bar.read32(IMS) & RXQ0, "masked");
            assertEquals(OTHER, bar.read32(IMS) & OTHER);
            bar.write32(ICS, RXQ0);
            assertEquals(0, messages.vector(0).poll());
            bar.write32(IMS, RXQ0);
            assertEquals(1, messages.vector(0).await(LONG), "what came while it was masked");
            assertEquals(0, bar.read32(ICR) & RXQ0, "cleared");
        }
    }

    @Test
    void acknowledgingMasksWhereThatIsAskedFor() throws InterruptedException {
        try (Interrupts line = device.interrupts().enable(InterruptKind.INTX, 1)) {
            bar.write32(CTRL_EXT, CTRL_EXT_IAME);
            bar.write32(IAM, -1);
            bar.write32(IMS, LSC);
            bar.write32(ICS, LSC);
            assertEquals(1, line.vector(0).await(LONG));
            assertEquals(1 << 31 | LSC, bar.read32(ICR) & (1 << 31 | LSC));
            assertEquals(0, bar.read32(IMS));
            assertEquals(0, bar.read32(ICR));
            line.vector(0).unmask();
            assertFalse(line.vector(0).await(Duration.ofMillis(20)) > 0);
            bar.write32(ICS, LSC);
            assertTrue((bar.read32(ICR) & LSC) != 0);
        }
    }
}
