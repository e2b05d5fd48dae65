// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.FutureTask;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.device.KnownDma;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** Reset. */
final class ResetTests {
    private static final int LENGTH = 128;

    @Proves("DA-RESET-001")
    void regionsStayUsable(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Use.registers(target, device);
            device.reset();
            assertTrue(device.isOpen(), "isOpen() after reset()");
            Use.registers(target, device);
            assertEquals(target.survey().identity(), device.identity(), "the identity after reset()");
        }
    }

    @Proves("DA-RESET-002")
    void enabledInterruptsAreClosed(TckTarget target) throws InterruptedException {
        try (DeviceAccess device = target.open()) {
            List<InterruptInfo> kinds = device.interrupts().kinds();
            Assumptions.assumeFalse(kinds.isEmpty(), "the device has no interrupts");
            for (InterruptInfo info : kinds) {
                Interrupts interrupts = device.interrupts().enable(info.kind(), 1);
                List<FutureTask<?>> waiters = InterruptCloseTests.startWaiters(interrupts);
                device.reset();
                InterruptCloseTests.assertWoken(waiters, "the interrupts, by reset()");
                Refusal.closed("poll of " + info.kind(), interrupts.vector(0)::poll);
                device.interrupts().enable(info.kind(), 1).close();
            }
        }
    }

    @Proves("DA-RESET-003")
    void buffersStayMapped(TckTarget target) {
        KnownDevice known = target.known();
        KnownDma engine = target.knownDma();
        DmaConstraints constraints = DmaConstraints.addressBits(engine.addressBits());
        try (DeviceAccess device = target.open();
                DmaBuffer source = device.dma().allocate(LENGTH, constraints);
                DmaBuffer destination = device.dma().allocate(LENGTH, constraints)) {
            DmaTransferTests.fill(source.memory(), 5);
            long address = source.deviceAddress();
            device.reset();
            known.quiesce(device);
            assertEquals(address, source.deviceAddress(), "the device address after reset()");
            engine.load(device, source.deviceAddress(), LENGTH);
            engine.store(device, destination.deviceAddress(), LENGTH);
            assertEquals(
                    -1, destination.memory().mismatch(source.memory()), "the first byte copied wrongly after reset()");
        }
    }

    @Proves("DA-RESET-004")
    void busMasteringIsAsItWas(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            device.reset();
            assertEquals(0, master(device), "bus mastering after reset() without a buffer");
            try (DmaBuffer buffer = device.dma().allocate(1, DmaConstraints.NONE)) {
                device.reset();
                assertNotEquals(
                        0,
                        master(device),
                        "bus mastering after reset() with the buffer at 0x" + Long.toHexString(buffer.deviceAddress()));
            }
        }
    }

    private static int master(DeviceAccess device) {
        return ConfigTests.command(device) & PciHeader.COMMAND_MASTER;
    }
}
