// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.DriverTarget;
import org.deviceaccess.tck.kit.Leftovers;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Race;
import org.deviceaccess.tck.kit.Timeouts;
import org.deviceaccess.tck.probe.Journal;
import org.deviceaccess.tck.probe.Journal.Entry;
import org.deviceaccess.tck.probe.Journal.Kind;
import org.deviceaccess.tck.probe.ProbedBuffer;
import org.deviceaccess.tck.probe.ProbedDevice;
import org.junit.jupiter.api.Assumptions;

/** Closing a driver. */
final class CloseTests {
    private static final int CLOSERS = 4;

    @Proves("DA-DRV-014")
    void givesEverythingBack(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            target.close(driver);
            assertEquals(List.of(), device.held(), "not given back by close()");
        }
    }

    @Proves("DA-DRV-015")
    void touchesNothingAfterwards(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            target.close(driver);
            int mark = device.journal().mark();
            Thread.sleep(Timeouts.NOTHING);
            assertNothing(device, mark, "done after close() had returned");
        }
    }

    @Proves("DA-DRV-016")
    void stopsTheDeviceFirst(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            int mark = device.journal().mark();
            List<Entry> closing = target.inTime("closing", () -> {
                driver.close();
                return device.journal().since(mark);
            });
            List<Kind> order = closing.stream().map(Entry::kind).toList();
            int firstGiven = order.indexOf(Kind.GIVE_BACK);
            int lastGiven = order.lastIndexOf(Kind.GIVE_BACK);
            Assumptions.assumeTrue(firstGiven >= 0, "the driver holds no memory for DMA when it is closed");
            int firstWrite = order.indexOf(Kind.WRITE);
            assertTrue(
                    order.subList(0, firstGiven).stream().anyMatch(kind -> kind == Kind.READ || kind == Kind.WRITE),
                    "memory is given back without a look at the device");
            assertTrue(
                    firstWrite < firstGiven,
                    "the first register is written after memory was given back, so nothing has stopped the device");
            List<Entry> late = closing.stream()
                    .skip(lastGiven)
                    .filter(entry -> entry.kind() == Kind.WRITE)
                    .toList();
            assertTrue(late.isEmpty(), () -> "done after the last memory was given back: " + Journal.words(late));
        }
    }

    @Proves("DA-DRV-017")
    void memoryThatIsGivenBackIsNotWritten(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            device.holdBack();
            Exercise.leaveUnderWay(target, driver);
            target.close(driver);
            // What is left is the caller's, who can do without it now.
            device.buffers().forEach(ProbedBuffer::close);
            Assumptions.assumeFalse(device.buffers().isEmpty(), "the driver used no memory for DMA");
            Thread.sleep(Timeouts.NOTHING);
            for (ProbedBuffer buffer : device.buffers()) {
                buffer.changedSinceGivenBack().ifPresent(offset -> {
                    throw new AssertionError(
                            "the byte " + offset + " of " + buffer + " was changed after it was given back");
                });
            }
        }
    }

    @Proves("DA-DRV-018")
    void canBeRepeated(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            target.close(driver);
            // What comes late by itself is another matter.
            Thread.sleep(Timeouts.NOTHING);
            int mark = device.journal().mark();
            target.close(driver);
            target.close(driver);
            assertNothing(device, mark, "done by closing again");
        }
    }

    @Proves("DA-DRV-019")
    void closersRace(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open();
                Race race = new Race()) {
            for (int round = 0; round < target.effort().races(); round++) {
                Driver driver = target.attach(device);
                List<Action> closers = new ArrayList<>();
                for (int i = 0; i < CLOSERS; i++) {
                    closers.add(driver::close);
                }
                race.run("one of several threads that close the driver", closers);
                assertEquals(List.of(), device.held(), "not given back in round " + round);
            }
        }
    }

    @Proves("DA-DRV-020")
    void leavesTheDeviceOpen(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            target.close(target.attach(device));
            assertTrue(device.isOpen(), "isOpen() of the device after the driver was closed");
        }
    }

    @Proves("DA-DRV-021")
    void leavesNoThread(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            cycle(target, device); // what the backend starts once belongs to the device
            Set<Thread> before = Leftovers.threads();
            for (int i = 0; i < target.effort().cycles(); i++) {
                cycle(target, device);
            }
            assertTrue(
                    Timeouts.until(() -> before.containsAll(Leftovers.threads())),
                    () -> "threads that the driver has left: "
                            + Leftovers.threads().stream()
                                    .filter(thread -> !before.contains(thread))
                                    .map(Thread::getName)
                                    .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Proves("DA-DRV-022")
    @SuppressWarnings("try") // the device is closed early
    void canFollowTheDevice(DriverTarget target) throws Exception {
        try (ProbedDevice device = target.open()) {
            Driver driver = target.attach(device);
            Exercise.use(target, driver);
            device.close();
            target.close(driver);
            target.close(driver);
        }
    }

    private static void cycle(DriverTarget target, ProbedDevice device) throws Exception {
        Driver driver = target.attach(device);
        Exercise.use(target, driver);
        target.close(driver);
    }

    private static void assertNothing(ProbedDevice device, int mark, String what) {
        List<Entry> entries = device.journal().since(mark);
        assertTrue(entries.isEmpty(), () -> what + ": " + Journal.words(entries));
    }
}
