// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.junit.jupiter.api.Test;

class DriverClaimTest {
    private final DriverClaims claims = new DriverClaims(DeviceAddress.parse("sim:edu"));

    @Test
    void theSecondDriverIsToldWhoIsTheFirst() {
        claims.claim("nvme");
        DeviceBusyException e = assertThrows(DeviceBusyException.class, () -> claims.claim("other"));
        assertEquals("attach the driver other to sim:edu", e.operation());
        assertTrue(e.detail().startsWith("the driver nvme is attached"), e.getMessage());
    }

    @Test
    void aDriverThatIsClosedMakesRoomForTheNext() {
        claims.claim("nvme").close();
        assertEquals("nvme", claims.claim("nvme").driver());
    }

    @Test
    void aClaimThatIsClosedTwiceDoesNotTakeTheNextOneAway() {
        DriverClaim first = claims.claim("first");
        first.close();
        claims.claim("second");
        first.close();
        DeviceBusyException e = assertThrows(DeviceBusyException.class, () -> claims.claim("third"));
        assertTrue(e.detail().contains("the driver second"), e.getMessage());
    }

    @Test
    void attachingThatFailsGivesTheClaimBack() {
        assertThrows(
                ArithmeticException.class,
                () -> claims.claim("nvme").hold(claim -> {
                    throw new ArithmeticException();
                }));
        DriverClaim kept = claims.claim("nvme").hold(claim -> claim);
        assertThrows(DeviceBusyException.class, () -> claims.claim("other"));
        kept.close();
        claims.claim("other");
    }

    @Test
    void ofManyThreadsOneGetsTheDevice() throws Exception {
        Callable<Boolean> attempt = () -> {
            try {
                claims.claim("mine");
                return true;
            } catch (DeviceBusyException e) {
                return false;
            }
        };
        int held = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> attempts =
                    IntStream.range(0, 64).mapToObj(i -> attempt).toList();
            for (Future<Boolean> result : threads.invokeAll(attempts)) {
                held += result.get() ? 1 : 0;
            }
        }
        assertEquals(1, held);
    }
}
