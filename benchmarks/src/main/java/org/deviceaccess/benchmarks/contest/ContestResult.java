// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.contest;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came of a contest, round by round.
 *
 * @param work what was done
 * @param unit what was counted
 * @param goals what the driver's figures should be of the peer's
 * @param peer the peer's name
 * @param ofPeer the peer's rounds
 * @param driver the driver's name
 * @param ofDriver the driver's rounds
 */
public record ContestResult(
        String work,
        String unit,
        Goals goals,
        String peer,
        List<Measurement> ofPeer,
        String driver,
        List<Measurement> ofDriver) {

    /** Returns the median over the rounds. */
    public static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
