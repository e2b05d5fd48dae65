// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Lets several threads do things at the same moment, round after round. */
public final class Race implements AutoCloseable {
    private final ExecutorService runners = Executors.newCachedThreadPool();

    /** Lets every action run in a thread of its own, all starting together; fails the test where one throws or hangs. */
    public void run(String what, Action... actions) throws InterruptedException {
        run(what, List.of(actions));
    }

    /** Lets every action run in a thread of its own, all starting together. */
    public void run(String what, List<Action> actions) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(actions.size());
        List<Future<?>> ends = new ArrayList<>();
        for (Action action : actions) {
            ends.add(runners.submit(() -> {
                start.await();
                action.run();
                return null;
            }));
        }
        for (Future<?> end : ends) {
            Timeouts.result(end, what);
        }
    }

    /**
     * Does something again and again until it is refused because of a close; anything else that it throws is thrown, and
     * it is an error where it is not refused in time.
     */
    public static void untilClosed(Action action) throws Exception {
        long deadline = System.nanoTime() + Timeouts.EVENT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                action.run();
            } catch (IllegalStateException e) {
                if (Refusal.isClosed(e)) {
                    return;
                }
                throw e;
            }
        }
        fail("what raced a close was not refused after it");
    }

    /** Gives up on runners that hang: their futures have failed the test already. */
    @Override
    public void close() {
        runners.shutdownNow();
    }
}
