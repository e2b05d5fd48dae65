// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.deviceaccess.tck.probe.Trouble;
import org.deviceaccess.tck.spec.Effort;
import org.junit.jupiter.api.Assumptions;

/** The driver under test and its device, as a test gets them: the device closed, to be opened as often as needed. */
public final class DriverTarget {
    private final TckRun run;
    private final TestedDriver tested;

    DriverTarget(TckRun run) {
        this.run = run;
        this.tested = Objects.requireNonNull(run.driver(), "a run on a driver");
    }

    /** Returns what makes the driver. */
    public DriverProvider provider() {
        return tested.provider();
    }

    /** Returns what the driver says that it needs. */
    public DriverNeeds needs() {
        return provider().needs();
    }

    /** Returns what the device claimed when it was opened first. */
    public Survey survey() {
        return run.survey();
    }

    /** Returns how often races and failures are to be tried. */
    public Effort effort() {
        return run.effort();
    }

    /** Opens the device afresh, as an application does. */
    public DeviceAccess openPlain() {
        return run.devices().access(run.address());
    }

    /** Opens the device afresh, with a journal of what is done with it. */
    public ProbedDevice open() {
        return open(Trouble.NONE);
    }

    /** Opens the device afresh, with something wrong in it. */
    public ProbedDevice open(Trouble trouble) {
        return new ProbedDevice(openPlain(), trouble);
    }

    /** Attaches the driver in bounded time, and throws what it throws. */
    public Driver attach(DeviceAccess device) throws Exception {
        return inTime("attaching", () -> provider().attach(device));
    }

    /** Closes a driver in bounded time, and throws what it throws. */
    public void close(Driver driver) throws Exception {
        inTime("closing", () -> {
            driver.close();
            return true;
        });
    }

    /** Ends the test as inapplicable where nothing may be written and sent. */
    public void requireWrites() {
        Assumptions.assumeTrue(
                tested.writesAllowed(),
                "it would write blocks or send packets, which --allow-writes (DriverChoice.withWrites) allows");
    }

    /** Returns whether blocks may be written and packets sent. */
    public boolean writesAllowed() {
        return tested.writesAllowed();
    }

    /** Returns the result of an operation of the driver, or throws what it throws; fails the test where it hangs. */
    public <T> T inTime(String what, Callable<T> operation) throws Exception {
        FutureTask<T> task = new FutureTask<>(operation);
        Thread thread = Thread.ofPlatform().name("tck " + what).daemon().start(task);
        try {
            T result = task.get(tested.patience().toMillis(), TimeUnit.MILLISECONDS);
            thread.join();
            return result;
        } catch (TimeoutException e) {
            StackTraceElement[] where = thread.getStackTrace();
            thread.interrupt();
            return fail(
                    what + " has not ended after " + tested.patience().toMillis() + " ms"
                            + (where.length == 0 ? "" : "; it is in " + where[0]),
                    e);
        } catch (ExecutionException e) {
            thread.join();
            throw e.getCause() instanceof Exception exception ? exception : e;
        }
    }
}
