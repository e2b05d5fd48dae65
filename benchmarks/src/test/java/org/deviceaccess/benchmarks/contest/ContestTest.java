// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
    private final List<String> turns = new ArrayList<>();

    private final class Worker implements Contender {
        private final String name;
        private long rate;

        Worker(String name, long rate) {
            this.name = name;
            this.rate = rate;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Measurement work() {
            turns.add(name);
            rate += 10;
            return new Measurement(2, 2 * rate, 1, null, null);
        }
    }

    @Test
    void theyTakeTurns() throws Exception {
        ContestResult result =
                new Contest("work", "packet", Goals.NONE, new Worker("peer", 0), new Worker("driver", 100)).run(3);
        assertEquals(List.of("peer", "driver", "peer", "driver", "peer", "driver"), turns);
        assertEquals(20, ContestResult.median(result.ofPeer(), Measurement::rate));
        assertEquals(120, ContestResult.median(result.ofDriver(), Measurement::rate));
        assertEquals(1e9 / 240, ContestResult.median(result.ofDriver(), Measurement::cpuNanos));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        List<Measurement> rounds = List.of(
                new Measurement(1, 10, 1, null, null),
                new Measurement(1, 40, 1, null, null),
                new Measurement(1, 20, 1, null, null),
                new Measurement(1, 1000, 1, null, null));
        assertEquals(30, ContestResult.median(rounds, Measurement::rate));
    }

    @Test
    void percentilesOfLatency() {
        long[] nanos = new long[2000];
        for (int i = 0; i < 1000; i++) {
            nanos[i] = (1000 - i) * 1000L;
        }
        Latency latency = Latency.ofNanos(nanos, 1000);
        assertEquals(500, latency.p50());
        assertEquals(990, latency.p99());
        assertEquals(999, latency.p999());
    }
}
