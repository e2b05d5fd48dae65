// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;

/** What was reported of one command. */
public record Report(long token, BlockStatus status) {
    /** Waits for all commands of a queue, and returns what was reported of them. */
    public static List<Report> collect(BlockQueue queue) throws InterruptedException {
        List<Report> reports = new ArrayList<>();
        while (queue.underWay() > 0) {
            assertTrue(
                    queue.await(Exercise.LONG, (token, status, code) -> reports.add(new Report(token, status))) > 0,
                    "no command hangs");
        }
        return reports;
    }
}
