// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.tck.kit.ForeignBuffer;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;

/** Who has a device, and whose a buffer is. */
final class OwnershipTests {
    private static final long PAGE = 4096;
    private static final int BUFFERS = 8;
    private static final int CLOSERS = 3;

    @Proves("DA-LIFE-016")
    void oneDriverHasTheDevice(TckTarget target) {
        DeviceAccess device = target.open();
        DriverClaim ended;
        try (device) {
            DriverClaim first = device.claim("first-driver");
            assertEquals("first-driver", first.driver(), "driver() of the claim");
            Refusal.of(
                            "claim() of a device that a driver has",
                            () -> device.claim("second-driver"),
                            DeviceBusyException.class)
                    .names("first-driver")
                    .hasRemedy();
            first.close();
            DriverClaim next = device.claim("third-driver");
            first.close();
            Refusal.of(
                    "claim() after an ended claim was closed once more",
                    () -> device.claim("fourth-driver"),
                    DeviceBusyException.class);
            next.close();
            ended = device.claim("fifth-driver");
        }
        ended.close();
        Refusal.closed("claim()", () -> device.claim("sixth-driver"));
        try (DeviceAccess again = target.open()) {
            again.claim("seventh-driver").close();
        }
    }

    @SuppressWarnings("resource") // The buffers are left for the device to close.
    @Proves("DA-LIFE-017")
    void closingBesideAnotherWaits(TckTarget target) throws InterruptedException {
        try (Race race = new Race()) {
            for (int round = 0; round < target.effort().races(); round++) {
                DeviceAccess device = target.open();
                List<DmaBuffer> buffers = new ArrayList<>();
                for (int i = 0; i < BUFFERS; i++) {
                    buffers.add(device.dma().allocate(PAGE, DmaConstraints.NONE));
                }
                race.run("close() in several threads", Collections.nCopies(CLOSERS, () -> {
                    device.close();
                    for (DmaBuffer buffer : buffers) {
                        assertFalse(
                                buffer.memory().scope().isAlive(),
                                "close() returned while another thread was closing the device");
                    }
                }));
            }
        }
    }

    @Proves("DA-DMA-032")
    void buffersOfOthersAreTold(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            DmaBuffer own = device.dma().allocate(PAGE, DmaConstraints.NONE);
            assertTrue(device.dma().reaches(own), "reaches() of a buffer that was allocated here");
            own.close();
            assertTrue(device.dma().reaches(own), "reaches() of a buffer that was allocated here, and closed");
            assertFalse(device.dma().reaches(new ForeignBuffer(PAGE)), "reaches() of a buffer of nobody here");
        }
        DmaBuffer earlier;
        try (DeviceAccess device = target.open()) {
            earlier = device.dma().allocate(PAGE, DmaConstraints.NONE);
        }
        try (DeviceAccess device = target.open()) {
            assertFalse(
                    device.dma().reaches(earlier),
                    "reaches() of a buffer from when the device was open before, whose address may be another's now");
        }
    }
}
