// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What section 3.1 of the specification forbids is recorded, and nothing else is. */
@Timeout(60)
class NvmeAccessRulesTest {
    private static final int CC = 0x14;

    private final NvmeHost host = new NvmeHost("");

    @AfterEach
    void close() {
        host.close();
    }

    private void assertForbidden(String... texts) {
        List<String> all = host.forbidden();
        assertEquals(texts.length, all.size(), all.toString());
        for (int i = 0; i < texts.length; i++) {
            assertTrue(all.get(i).contains(texts[i]), all.toString());
        }
    }

    @Test
    void whatIsAllowedIsNot() {
        for (int i = 0; i < 2; i++) {
            host.bar.read64(0x00);
            host.bar.read32(0x08);
            host.bar.write32(0x0c, -1);
            host.bar.write32(0x10, -1);
            host.enable(NvmeHost.CC_ENABLED);
            NvmeHost.Queue queue = host.createQueue(3);
            for (int j = 0; j < 10; j++) {
                queue.put(0x00, 1);
                queue.submit(0x00, 1);
                queue.await();
                queue.await();
            }
            host.bar.write32(CC, NvmeHost.CC_ENABLED | 1 << 14);
            host.awaitStatus(3 << 2, 2 << 2);
            host.disable();
        }
        host.bar.write32(0x28, (int) host.dataAddress());
        host.bar.write32(0x2c, (int) (host.dataAddress() >>> 32));
        host.bar.read32(0x28);
        assertForbidden();
        assertEquals(List.of(), host.simulation.deviceFaults());
    }

    @Test
    void theInterruptMaskIsNotTouchedWithMsix() {
        try (Interrupts interrupts = host.device.interrupts().enable(InterruptKind.MSIX, 1)) {
            assertEquals(InterruptKind.MSIX, interrupts.info().kind());
            host.bar.write32(0x0c, -1);
            host.bar.write32(0x10, 1);
            host.bar.read32(0x0c);
            assertForbidden("INTMS was written", "INTMC was written", "INTMS was read");
        }
        host.bar.write32(0x10, -1);
        host.bar.write32(0x0c, 6);
        host.bar.write32(0x10, 2);
        assertEquals(4, host.bar.read32(0x0c));
        assertForbidden();
    }

    @Test
    void registersThatCannotBeWritten() {
        int[] readOnly = {0x00, 0x04, 0x08, 0x1c};
        int[] reserved = {0x18, 0x20, 0x38, 0x3c, 0x40, 0xe00, 0xffc};
        for (int offset : readOnly) {
            int before = host.bar.read32(offset);
            host.bar.write32(offset, -1);
            assertEquals(before, host.bar.read32(offset));
            assertForbidden("read-only");
        }
        for (int offset : reserved) {
            host.bar.write32(offset, -1);
            assertEquals(0, host.bar.read32(offset));
            assertForbidden("reserved register at 0x" + Integer.toHexString(offset));
        }
    }

    @Test
    void wideAccessesAreForWideRegistersOnly() {
        host.bar.read64(0x00);
        host.bar.read64(0x28);
        host.bar.write64(0x30, 0x5000);
        assertForbidden();
        host.bar.read64(0x08);
        host.bar.read64(0x10);
        host.bar.read64(0x20);
        assertForbidden("64 bits were read at 0x8", "64 bits were read at 0x10", "64 bits were read at 0x20");
        host.bar.write64(0x20, 0x001f_001f_0000_0000L);
        assertForbidden("64 bits were written at 0x20", "reserved register at 0x20");
        assertEquals(0x001f_001f, host.bar.read32(0x24));
    }

    @Test
    void adminQueueRegistersStayWhileEnabled() {
        host.enable(NvmeHost.CC_ENABLED);
        host.bar.write32(0x24, 31 | 31 << 16);
        host.bar.write64(0x28, 0x1000);
        host.bar.write32(0x30, 0x1000);
        assertForbidden(
                "AQA was written while CC.EN is 1",
                "ASQ was written while CC.EN is 1",
                "ASQ was written while CC.EN is 1",
                "ACQ was written while CC.EN is 1");
        host.disable();
        host.bar.write32(0x24, 1 << 15 | 1 << 31 | 31);
        host.bar.write32(0x28, 0x1004);
        assertForbidden(
                "AQA was written with the reserved bits 0x80008000", "ASQ was written with the reserved bits 0x4");
    }

    @Test
    void theConfigurationChangesAtItsTimesOnly() {
        host.configureAdmin();
        host.faults.neverReady(true);
        host.bar.write32(CC, NvmeHost.CC_ENABLED);
        host.bar.write32(CC, NvmeHost.CC_ENABLED | 7 << 16);
        assertForbidden("CC was changed while the controller is being enabled");
        host.bar.write32(CC, 0);
        assertForbidden("CC.EN was cleared while CSTS.RDY was 0");
        host.faults.neverReady(false);
        host.enable(NvmeHost.CC_ENABLED);
        host.bar.write32(CC, NvmeHost.CC_ENABLED | 1 << 7);
        assertForbidden("CC.CSS, MPS or AMS");
        host.bar.write32(CC, NvmeHost.CC_ENABLED);
        host.forbidden();
        host.createQueue(4);
        host.bar.write32(CC, NvmeHost.CC_ENABLED | 1 << 16);
        assertForbidden("IOSQES or IOCQES");
        host.bar.write32(CC, NvmeHost.CC_ENABLED);
        host.forbidden();
        host.bar.write32(CC, NvmeHost.CC_ENABLED | 1 << 31 | 2);
        assertForbidden("reserved bits");
    }

    @Test
    void anAdminQueueHasTwoEntriesAtTheLeast() {
        host.configureAdmin();
        host.bar.write32(0x24, 0);
        host.bar.write32(CC, NvmeHost.CC_ENABLED);
        assertForbidden("less than 2 entries");
    }

    @Test
    void enablingWhileStillReadyIsTooEarly() {
        host.enable(NvmeHost.CC_ENABLED);
        host.faults.stick();
        host.bar.write32(CC, 0x0046_0000);
        host.bar.write32(CC, NvmeHost.CC_ENABLED);
        assertForbidden("CC.EN was set while CSTS.RDY was 1");
    }

    @Test
    void doorbellsAreThoseOfQueuesThatExist() {
        host.bar.write32(0x1000, 1);
        assertForbidden("SQ0TDBL was written with 1: CSTS.RDY is 0");
        host.enable(NvmeHost.CC_ENABLED);
        host.bar.write32(0x1008, 1);
        host.bar.write32(0x100c, 1);
        host.bar.write32(0x1000 + 8 * 200, 1);
        assertForbidden("SQ1TDBL", "CQ1HDBL", "SQ200TDBL was written with 1: there is no such queue");
        host.createQueue(4);
        assertForbidden();
        host.disable();
        host.enable(NvmeHost.CC_ENABLED);
        host.bar.write32(0x1008, 1);
        assertForbidden("SQ1TDBL was written with 1: there is no such queue");
        host.bar.read32(0x1000);
        assertForbidden("the doorbell at 0x1000 was read");
    }

    @Test
    void doorbellValuesMakeSense() {
        host.enable(NvmeHost.CC_ENABLED);
        NvmeHost.Queue queue = host.createQueue(4);
        host.bar.write32(0x1008, 4);
        host.bar.write32(0x1008, 0);
        host.bar.write32(0x100c, 0);
        host.bar.write32(0x100c, 4);
        host.bar.write32(0x100c, 1);
        assertForbidden(
                "SQ1TDBL was written with 4: it is outside",
                "SQ1TDBL was written with 0: it is what was written before",
                "CQ1HDBL was written with 0: it is what was written before",
                "CQ1HDBL was written with 4: it is outside",
                "CQ1HDBL was written with 1: it removes entries that were not posted");
        host.faults.stick();
        host.bar.write32(0x1008, 3);
        host.bar.write32(0x1008, 1);
        assertForbidden("SQ1TDBL was written with 1: it adds commands to a full queue");
        host.device.reset();
        host.enable(NvmeHost.CC_ENABLED);
        queue = host.createQueue(4);
        queue.put(0x00, 1);
        host.bar.write32(0x1008, 1 | 1 << 16);
        assertForbidden("bits 31 to 16 are reserved");
        assertEquals(0, queue.await().status());
    }

    @Test
    void noCommandFollowsAShutdown() {
        host.enable(NvmeHost.CC_ENABLED);
        host.bar.write32(CC, NvmeHost.CC_ENABLED | 1 << 14);
        host.awaitStatus(3 << 2, 2 << 2);
        host.admin().put(NvmeHost.GET_FEATURES, 0, 0x07);
        host.admin().ring();
        assertForbidden("the controller was told to shut down");
    }

    @Test
    void betweenDoorbellsThereIsNothing() {
        try (NvmeHost wide = NvmeHost.enabled("doorbell-stride=1")) {
            wide.bar.write32(0x1004, 1);
            List<String> all = wide.forbidden();
            assertEquals(1, all.size());
            assertTrue(all.get(0).contains("between doorbells, at 0x4"), all.toString());
        }
    }
}
