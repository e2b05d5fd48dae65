// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.deviceaccess.backend.sim.Await;
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

/** The PHY of an 82574 and its ways to it, up to what a driver does that was not written for the model. */
@Timeout(60)
class PhyTest {
    private static final int CTRL = 0x00000;
    private static final int CTRL_GIO_MASTER_DISABLE = 1 << 2;
    private static final int CTRL_SLU = 1 << 6;
    private static final int CTRL_RST = 1 << 26;
    private static final int CTRL_PHY_RST = 1 << 31;
    private static final int STATUS = 0x00008;
    private static final int STATUS_LU = 1 << 1;
    private static final int STATUS_PHYRA = 1 << 10;
    private static final int STATUS_MASTER = 1 << 19;
    private static final int EECD = 0x00010;
    private static final int EERD = 0x00014;
    private static final int EEWR = 0x0102c;
    private static final int CTRL_EXT = 0x00018;
    private static final int MDIC = 0x00020;
    private static final int ICR = 0x000c0;
    private static final int IMS = 0x000d0;
    private static final int IMC = 0x000d8;
    private static final int EXTCNF_CTRL = 0x00f00;
    private static final int EEMNGCTL = 0x01010;
    private static final int SWSM = 0x05b50;
    private static final int OWNERSHIP = 1 << 5;
    private static final int MDIC_WRITE = 1 << 26;
    private static final int MDIC_READ = 2 << 26;
    private static final int MDIC_READY = 1 << 28;
    private static final int MDIC_INTERRUPT = 1 << 29;
    private static final int MDIC_ERROR = 1 << 30;
    private static final int PAGE = 22;
    private static final int LINK = 1 << 2;
    private static final int NEGOTIATED = 1 << 5;

    private DeviceAccess device;
    private Region bar;
    private E1000eFaults faults;

    @BeforeEach
    void open() {
        device = Devices.open("sim:e1000e?latency=0&mac=02:00:00:00:00:05");
        bar = device.region(RegionId.BAR0);
        faults = device.unwrap(E1000eFaults.class).orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
    }

    private boolean has(int register, int bits) {
        return (bar.read32(register) & bits) == bits;
    }

    private int mdic(int address, int command) {
        bar.write32(MDIC, address << 21 | command);
        Await.until("the PHY answers", () -> has(MDIC, MDIC_READY));
        return bar.read32(MDIC);
    }

    private int phy(int register) {
        int answer = mdic(1, MDIC_READ | register << 16);
        assertEquals(0, answer & MDIC_ERROR);
        assertEquals(register, answer >>> 16 & 0x1f, "the answer is to this question");
        return answer & 0xffff;
    }

    private void phy(int register, int value) {
        assertEquals(0, mdic(1, MDIC_WRITE | register << 16 | value) & MDIC_ERROR);
    }

    /** As drivers reach registers behind the fifteenth: the page first. */
    private int paged(int page, int register) {
        phy(PAGE, page);
        return phy(register);
    }

    private void paged(int page, int register, int value) {
        phy(PAGE, page);
        phy(register, value);
    }

    private void own() {
        bar.write32(EXTCNF_CTRL, bar.read32(EXTCNF_CTRL) | OWNERSHIP);
        assertTrue(has(EXTCNF_CTRL, OWNERSHIP));
    }

    private void disown() {
        bar.write32(EXTCNF_CTRL, bar.read32(EXTCNF_CTRL) & ~OWNERSHIP);
    }

    private int nvm(int word) {
        bar.write32(EERD, word << 2 | 1);
        Await.until("the EEPROM answers", () -> has(EERD, 2));
        return bar.read32(EERD) >>> 16;
    }

    private void resetController() {
        bar.write32(CTRL, bar.read32(CTRL) | CTRL_GIO_MASTER_DISABLE);
        Await.until("transfers end", () -> !has(STATUS, STATUS_MASTER));
        bar.write32(IMC, -1);
        own();
        bar.write32(CTRL, bar.read32(CTRL) | CTRL_RST);
        disown();
        Await.until("the EEPROM is read", () -> has(EECD, 1 << 9));
        bar.write32(IMC, -1);
        bar.read32(ICR);
        assertFalse(has(CTRL, CTRL_RST));
    }

    private boolean hasLink() {
        // Twice, as a link that was lost is told once.
        phy(1);
        return (phy(1) & LINK) != 0;
    }

    /**
     * The steps by which a driver that knows an 82574 takes hold of it: identity of the PHY, reset, checksum and contents of
     * the EEPROM, errata, set-up of the PHY, negotiation, link.
     */
    @Test
    void aDriverThatAsksForThePhyFindsAnInitializedCard() {
        bar.write32(SWSM, bar.read32(SWSM) & ~1);
        assertEquals(1, bar.read32(EECD) >>> 15 & 3, "an EEPROM and no flash memory");
        own();
        assertEquals(0x01410cb1, phy(2) << 16 | phy(3));
        disown();
        assertEquals(0, bar.read32(0x05820) & 1 << 18, "MANC: management does not forbid to reset the PHY");

        resetController();
        int sum = 0;
        for (int word = 0; word < 0x40; word++) {
            sum += nvm(word);
        }
        assertEquals(0xbaba, sum & 0xffff);
        assertEquals(0x10d3, nvm(0x0d));
        assertEquals(0x8086, nvm(0x0e));
        assertEquals(0, nvm(0x0f) & 0x6000, "no management");
        assertEquals(2, bar.read32(0x05400), "RAL0, from the EEPROM");
        assertEquals(1 << 31 | 0x0500, bar.read32(0x05404));

        resetController();
        for (int[] bits : new int[][] {{0x3828, 1 << 22}, {0x3840, 1 << 26}, {0x5b00, 1 << 22}, {0x5b64, 1}}) {
            bar.write32(bits[0], bar.read32(bits[0]) | bits[1]);
            assertTrue(has(bits[0], bits[1]));
        }
        assertTrue(has(0x3840, 1 << 10), "TARC0: the queue is enabled");
        bar.write32(CTRL, bar.read32(CTRL) | CTRL_SLU);

        own();
        paged(0, 16, paged(0, 16) & ~0x0800 | 0x0060);
        phy(0, phy(0) | 1 << 15);
        Await.until("the reset of the PHY ends", () -> (phy(0) & 1 << 15) == 0);
        paged(0, 16, paged(0, 16) | 0x0800);
        assertEquals(0x0860, paged(0, 16) & 0x0860);
        paged(0, 29, 0x0003);
        paged(0, 30, 0x0000);
        phy(4, phy(4) | 0x0de0);
        phy(9, phy(9) & ~0x0100 | 0x0200);
        phy(0, phy(0) | 1 << 12 | 1 << 9);
        Await.until("negotiation ends", () -> (phy(1) & NEGOTIATED) != 0);
        Await.until("there is a link", this::hasLink);
        assertEquals(0x8000 | 0x2000 | 0x0400, paged(0, 17) & 0xe400, "1000 Mb/s, full duplex, link");
        assertEquals(0x3800, phy(10) & 0x3800);
        assertTrue((phy(5) & 0x0100) != 0, "the partner can do 100BASE-TX");
        disown();
        Await.until("the controller sees the link", () -> has(STATUS, STATUS_LU | 2 << 6));
        assertTrue(has(EEMNGCTL, 1 << 18), "the PHY is configured");
    }

    @Test
    void pagesHaveRegistersOfTheirOwn() {
        paged(0, 16, 0x1234);
        paged(3, 16, 0x5678);
        assertEquals(0x1234, paged(0, 16));
        assertEquals(0x5678, paged(3, 16));
        assertEquals(3, phy(PAGE));
        assertEquals(0x0141, phy(2), "the first sixteen are on every page");
        assertEquals(0, paged(200, 17));
    }

    @Test
    void whatCannotBeWrittenStays() {
        assertTrue(hasLink());
        for (int register : new int[] {1, 2, 3, 5, 6, 10, 15}) {
            int before = phy(register);
            phy(register, ~before & 0xffff);
            assertEquals(before, phy(register), () -> "register " + register);
        }
    }

    @Test
    void anotherPhyIsNotThere() {
        assertTrue((mdic(2, MDIC_READ | 2 << 16) & MDIC_ERROR) != 0);
        assertTrue((mdic(1, 2 << 16) & MDIC_ERROR) != 0, "neither read nor write");
    }

    @Test
    void aLinkThatWasLostIsToldOnce() {
        bar.write32(CTRL, CTRL_SLU);
        assertTrue(hasLink());
        faults.unplug(true);
        faults.unplug(false);
        bar.read32(STATUS);
        faults.unplug(true);
        bar.read32(STATUS);
        faults.unplug(false);
        assertEquals(0, phy(1) & LINK);
        assertEquals(LINK, phy(1) & LINK);
        faults.unplug(true);
        assertFalse(hasLink());
        assertEquals(0, phy(1) & NEGOTIATED);
        assertEquals(0, phy(5));
        assertFalse(has(STATUS, STATUS_LU));
    }

    @Test
    void aPhyThatIsPoweredDownHasNoLinkAtEitherEnd() {
        Devices devices = Devices.installed();
        try (DeviceAccess left = devices.access("sim:e1000e?latency=0&wire=a");
                DeviceAccess right = devices.access("sim:e1000e?latency=0&wire=a")) {
            bar = left.region(RegionId.BAR0);
            bar.write32(CTRL, CTRL_SLU);
            Region other = right.region(RegionId.BAR0);
            other.write32(CTRL, CTRL_SLU);
            phy(0, phy(0) | 1 << 11);
            assertEquals(0, (bar.read32(STATUS) | other.read32(STATUS)) & STATUS_LU);
            phy(0, phy(0) & ~(1 << 11));
            Await.until("the link is back", () -> (bar.read32(STATUS) & other.read32(STATUS) & STATUS_LU) != 0);
        }
    }

    @Test
    void thePhyIsResetByItsPinAndNotByTheReset() {
        paged(0, 16, 0x1234);
        bar.write32(STATUS, 0);
        assertFalse(has(STATUS, STATUS_PHYRA));
        bar.write32(CTRL, CTRL_RST);
        assertEquals(0x1234, paged(0, 16), "the controller's reset leaves it alone");
        bar.write32(STATUS, 0);
        bar.write32(CTRL, CTRL_SLU | CTRL_PHY_RST);
        assertTrue(has(STATUS, STATUS_PHYRA));
        assertFalse(has(STATUS, STATUS_LU));
        bar.write32(CTRL, CTRL_SLU);
        Await.until("the link is back", () -> has(STATUS, STATUS_LU));
        assertEquals(0x3360, paged(0, 16));
        paged(0, 16, 0x1234);
        device.reset();
        assertEquals(0x3360, paged(0, 16));
    }

    @Test
    void theSpeedIsWhatIsAdvertised() {
        bar.write32(CTRL, CTRL_SLU);
        phy(9, 0);
        phy(0, phy(0) | 1 << 9);
        Await.until("100 Mb/s", () -> has(STATUS, STATUS_LU) && (bar.read32(STATUS) >>> 6 & 3) == 1);
        phy(4, 0x0021);
        phy(0, phy(0) | 1 << 9);
        Await.until("10 Mb/s in half duplex", () -> has(STATUS, STATUS_LU) && (bar.read32(STATUS) >>> 6 & 3) == 0);
        assertFalse(has(STATUS, 1));
    }

    @Test
    void anAccessInterruptsWhenItIsDone() throws InterruptedException {
        try (Interrupts line = device.interrupts().enable(InterruptKind.INTX, 1)) {
            bar.write32(IMS, 1 << 9);
            bar.write32(MDIC, 1 << 21 | MDIC_READ | MDIC_INTERRUPT | 2 << 16);
            assertEquals(1, line.vector(0).await(Duration.ofSeconds(20)));
            assertTrue(has(ICR, 1 << 9));
        }
    }

    @Test
    void aPhyIsSilentOrFailsOnDemand() throws InterruptedException {
        faults.failPhy(true);
        assertTrue((mdic(1, MDIC_READ | 2 << 16) & MDIC_ERROR) != 0);
        faults.failPhy(false);
        assertEquals(0x0141, phy(2));
        faults.silencePhy();
        bar.write32(MDIC, 1 << 21 | MDIC_READ | 2 << 16);
        Thread.sleep(20);
        assertFalse(has(MDIC, MDIC_READY));
    }

    @Test
    void firmwareKeepsTheOwnershipOnDemand() {
        faults.withholdOwnership(true);
        bar.write32(EXTCNF_CTRL, OWNERSHIP);
        assertFalse(has(EXTCNF_CTRL, OWNERSHIP));
        bar.write32(SWSM, 2);
        assertFalse(has(SWSM, 2));
        faults.withholdOwnership(false);
        own();
        bar.write32(SWSM, 2);
        assertTrue(has(SWSM, 2));
    }

    @Test
    void theSemaphoreIsHadByWhoReadsItFirst() {
        assertEquals(0, bar.read32(SWSM) & 1);
        assertEquals(1, bar.read32(SWSM) & 1);
        bar.write32(SWSM, 0);
        assertEquals(0, bar.read32(SWSM) & 1);
    }

    @Test
    void wordsOfTheEepromAreWritten() {
        assertTrue(has(EEWR, 2), "nothing is under way");
        bar.write32(EEWR, 0xcafe << 16 | 0x20 << 2 | 1);
        Await.until("the word is written", () -> has(EEWR, 2));
        assertEquals(0xcafe, nvm(0x20));
        bar.write32(CTRL_EXT, 1 << 13);
        assertFalse(has(CTRL_EXT, 1 << 13), "the EEPROM is read again");
    }
}
