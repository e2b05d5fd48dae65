// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;

/**
 * What a wait costs while others wait, for {@code docs/benchmarks.md}; no test. Two threads pass an event to and fro, one
 * of the asked kind that waits for one vector of many, and a platform thread; all other vectors have a waiter of the
 * asked kind each, too.
 *
 * <pre>{@code WaitCost virtual|platform VECTORS ROUNDS}</pre>
 */
final class WaitCost {
    private static final Duration LONG = Duration.ofSeconds(60);

    private WaitCost() {}

    public static void main(String[] arguments) throws Exception {
        boolean virtual = arguments[0].equals("virtual");
        int vectors = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        TestEvents there = new TestEvents(vectors);
        TestEvents back = new TestEvents(1);
        try (EventWaits far = there.open();
                EventWaits near = back.open()) {
            ThreadFactory factory = virtual
                    ? Thread.ofVirtual().factory()
                    : Thread.ofPlatform().daemon().factory();
            List<Thread> others = new ArrayList<>();
            for (int i = 1; i < vectors; i++) {
                others.add(start(factory, far, i, () -> {}));
            }
            for (Thread other : others) {
                TestEvents.untilWaiting(other);
            }
            start(factory, far, 0, () -> back.raise(0));
            pass(there, near, rounds);
            OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long start = System.nanoTime();
            long cpu = process.getProcessCpuTime();
            pass(there, near, rounds);
            cpu = process.getProcessCpuTime() - cpu;
            long time = System.nanoTime() - start;
            System.out.printf(
                    Locale.ROOT,
                    "%s, %d vectors: %.1f us and %.1f us of CPU for a round trip%n",
                    arguments[0],
                    vectors,
                    time / 1e3 / rounds,
                    cpu / 1e3 / rounds);
        }
    }

    private static Thread start(ThreadFactory factory, EventWaits waits, int vector, Runnable answer) {
        Thread thread = factory.newThread(() -> {
            try {
                for (; ; ) {
                    if (waits.await(vector, LONG) > 0) {
                        answer.run();
                    }
                }
            } catch (InterruptedException | IllegalStateException e) {
                return; // closed
            }
        });
        thread.start();
        return thread;
    }

    private static void pass(TestEvents there, EventWaits near, int rounds) throws InterruptedException {
        for (int i = 0; i < rounds; i++) {
            there.raise(0);
            if (near.await(0, LONG) == 0) {
                throw new IllegalStateException("no answer");
            }
        }
    }
}
