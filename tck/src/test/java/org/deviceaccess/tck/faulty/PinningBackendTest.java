// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.time.Duration;
import org.deviceaccess.tck.probe.ForwardingInterrupts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The kit finds waits that keep the carrier of a virtual thread. By itself, as keeping them takes all processors. */
@Isolated
class PinningBackendTest {
    private static final long POLL_EVERY = Duration.ofMillis(5).toNanos();

    @Test
    void findsWaitsThatSpin() {
        Fault.of(
                        "waits by spinning",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            @Override
                            public long await(Duration timeout) throws InterruptedException {
                                if (!Thread.currentThread().isVirtual()) {
                                    return super.await(timeout);
                                }
                                long count = 0;
                                while (count == 0) {
                                    spin();
                                    count = poll();
                                }
                                return count;
                            }
                        }),
                        "DA-INT-018")
                .assertFound();
    }

    /** Does nothing but keep the processor; a contended lock in the backend would let the carrier go. */
    private static void spin() {
        long end = System.nanoTime() + POLL_EVERY;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }
}
