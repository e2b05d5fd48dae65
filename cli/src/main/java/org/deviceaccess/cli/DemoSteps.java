// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.jspecify.annotations.Nullable;

/** The steps of a demonstration: runs, times, shows and remembers them. */
final class DemoSteps {
    private enum Outcome {
        DONE,
        LEFT_OUT,
        FAILED,
        INTERRUPTED
    }

    private record Step(String title, Outcome outcome, String result, long nanos) {}

    private final @Nullable PrintWriter out;
    private final Progress progress;
    private final Interruption interruption;
    private final List<Step> steps = new ArrayList<>();
    private final long start = System.nanoTime();

    /**
     * Makes an empty list.
     *
     * @param out where steps are shown when they are done, or {@code null} for nowhere
     * @param progress is told what is being done
     * @param interruption lets no further step begin
     */
    DemoSteps(@Nullable PrintWriter out, Progress progress, Interruption interruption) {
        this.out = out;
        this.progress = progress;
        this.interruption = interruption;
    }

    /** Does a step that has words as its result. */
    void run(String title, Callable<String> action) throws Exception {
        run(title, action, Function.identity());
    }

    /** Does a step and shows in words what it gave. */
    <T> T run(String title, Callable<T> action, Function<T, String> words) throws Exception {
        long began = System.nanoTime();
        progress.step(title);
        try {
            if (interruption.isRequested()) {
                Thread.interrupted(); // what closes the device must not be
                throw new InterruptedException();
            }
            T result = action.call();
            long nanos = System.nanoTime() - began;
            add(new Step(title, Outcome.DONE, words.apply(result), nanos));
            return result;
        } catch (InterruptedException e) {
            add(new Step(title, Outcome.INTERRUPTED, "interrupted", System.nanoTime() - began));
            throw e;
        } catch (Exception e) {
            String why = e instanceof DeviceAccessException known ? known.code().id() : e.toString();
            add(new Step(title, Outcome.FAILED, "FAILED: " + why, System.nanoTime() - began));
            throw e;
        }
    }

    /** Notes a step that cannot be done on this device. */
    void leaveOut(String title, String reason) {
        add(new Step(title, Outcome.LEFT_OUT, "left out: " + reason, 0));
    }

    /** Notes a step after which nothing more can be done with this device. */
    void refuse(String title, String reason) {
        add(new Step(title, Outcome.FAILED, "FAILED: " + reason, 0));
    }

    private void add(Step step) {
        steps.add(step);
        progress.clear();
        if (out != null) {
            out.println(String.format(Locale.ROOT, "%3d  %-36s %s", steps.size(), step.title(), step.result()));
            out.flush();
        }
    }

    private long count(Outcome outcome) {
        return steps.stream().filter(step -> step.outcome() == outcome).count();
    }

    private double seconds() {
        return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** Returns how it went, in one line. */
    String verdict(String address) {
        if (count(Outcome.INTERRUPTED) > 0) {
            return "INTERRUPTED: " + count(Outcome.DONE) + " steps were done on " + address;
        }
        String leftOut = count(Outcome.LEFT_OUT) == 0 ? "" : ", " + count(Outcome.LEFT_OUT) + " left out";
        return count(Outcome.FAILED) > 0
                ? "FAILED: step " + steps.size() + " on " + address + ": "
                        + steps.getLast().title()
                : String.format(
                        Locale.ROOT,
                        "OK: %d steps on %s in %.1f s%s",
                        count(Outcome.DONE),
                        address,
                        seconds(),
                        leftOut);
    }

    ObjectNode toJson(String address) {
        ObjectNode node = Json.object()
                .put("address", address)
                .put("ok", count(Outcome.FAILED) + count(Outcome.INTERRUPTED) == 0)
                .put("seconds", seconds());
        ArrayNode list = node.putArray("steps");
        steps.forEach(step -> list.addObject()
                .put("title", step.title())
                .put("outcome", step.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("result", step.result())
                .put("micros", TimeUnit.NANOSECONDS.toMicros(step.nanos())));
        return node;
    }
}
