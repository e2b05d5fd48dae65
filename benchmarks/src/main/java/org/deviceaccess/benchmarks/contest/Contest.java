// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.contest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A work that a peer and our driver do in turns.
 *
 * @param work what is done, for a table
 * @param unit what is counted, such as {@code packet}
 * @param goals what the driver's figures should be of the peer's
 */
public record Contest(String work, String unit, Goals goals, Contender peer, Contender driver) {

    /**
     * Lets both work in turns.
     *
     * @param rounds how often each
     */
    public ContestResult run(int rounds) throws IOException, InterruptedException {
        List<Measurement> ofPeer = new ArrayList<>();
        List<Measurement> ofDriver = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            ofPeer.add(show(round, peer));
            ofDriver.add(show(round, driver));
        }
        return new ContestResult(work, unit, goals, peer.name(), ofPeer, driver.name(), ofDriver);
    }

    private Measurement show(int round, Contender contender) throws IOException, InterruptedException {
        Measurement measured = contender.work();
        System.err.printf(
                Locale.ROOT,
                "%s, round %d, %s: %,.0f %ss/s, %,.1f ns of CPU each%n",
                work,
                round,
                contender.name(),
                measured.rate(),
                unit,
                measured.cpuNanos());
        return measured;
    }
}
