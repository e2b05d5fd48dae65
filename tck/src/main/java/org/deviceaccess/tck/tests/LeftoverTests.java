// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.Leftovers;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.TckTarget;
import org.deviceaccess.tck.kit.Timeouts;

/** What opening and closing leave behind: nothing. */
final class LeftoverTests {
    // What is loaded, linked and started once for all stays, and is no leak.
    private static final int WARM_UP = 2;

    @Proves("DA-LIFE-011")
    void noDescriptorIsLeft(TckTarget target) throws Exception {
        leavesNothing(() -> useAndClose(target), target.effort().cycles(), Leftovers::descriptors);
    }

    @Proves("DA-LIFE-012")
    void noMappingIsLeft(TckTarget target) throws Exception {
        leavesNothing(() -> useAndClose(target), target.effort().cycles(), Leftovers::mappings);
    }

    @Proves("DA-LIFE-013")
    void noThreadIsLeft(TckTarget target) throws Exception {
        leavesNoThread(() -> useAndClose(target), target.effort().cycles());
    }

    @Proves("DA-LIFE-014")
    void failedOpeningLeavesNothing(TckTarget target) throws Exception {
        int cycles = target.effort().cycles();
        leavesNothing(() -> failToOpen(target), cycles, Leftovers::descriptors);
        leavesNothing(() -> failToOpen(target), cycles, Leftovers::mappings);
        leavesNoThread(() -> failToOpen(target), cycles);
        try (DeviceAccess device = target.open()) {
            Use.registers(target, device);
        }
    }

    private static void useAndClose(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            Use.all(target, device);
        }
    }

    private static void failToOpen(TckTarget target) {
        try {
            target.devices().access(target.absentDevice()).close();
        } catch (DeviceAccessException e) {
            // Which one it is, DA-ERR-003 asks.
            return;
        }
        throw new AssertionError("the absent device " + target.absentDevice() + " was opened");
    }

    private static void leavesNothing(Action cycle, int cycles, Supplier<List<String>> held) throws Exception {
        repeat(cycle, WARM_UP);
        List<String> before = held.get();
        repeat(cycle, cycles);
        // The kernel gives some things back a moment later.
        if (!Timeouts.until(() -> held.get().equals(before))) {
            assertEquals(lines(before), lines(held.get()), "held before and after " + cycles + " cycles");
        }
    }

    private static String lines(List<String> entries) {
        return String.join("\n", entries);
    }

    private static void leavesNoThread(Action cycle, int cycles) throws Exception {
        repeat(cycle, WARM_UP);
        Set<Thread> before = Leftovers.threads();
        repeat(cycle, cycles);
        assertTrue(
                Timeouts.until(() -> before.containsAll(Leftovers.threads())),
                () -> "threads that " + cycles + " cycles have left: "
                        + Leftovers.threads().stream()
                                .filter(thread -> !before.contains(thread))
                                .map(Thread::getName)
                                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static void repeat(Action action, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            action.run();
        }
    }
}
