// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.vfio.guest;

import org.deviceaccess.linux.testing.InterruptScenarios;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Not one interrupt is lost or counted twice, whoever waits. */
@Tag("guest")
@Tag("vfio")
class InterruptCountGuestTest {
    private static final int ROUNDS = 10_000;

    private static InterruptScenarios scenarios(InterruptKind kind) {
        return new InterruptScenarios(Addresses.WIDE, kind);
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    void oneThreadCountsExactly(InterruptKind kind) throws Exception {
        scenarios(kind).areCountedExactly(ROUNDS, 1, Thread.ofPlatform());
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    void twoThreadsCountExactly(InterruptKind kind) throws Exception {
        scenarios(kind).areCountedExactly(ROUNDS, 2, Thread.ofPlatform());
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    void aVirtualThreadCountsExactly(InterruptKind kind) throws Exception {
        scenarios(kind).areCountedExactly(ROUNDS, 1, Thread.ofVirtual());
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    void waitsTimeOutAreInterruptedAndAreClosed(InterruptKind kind) throws Exception {
        scenarios(kind).waitsEnd(Thread.ofPlatform());
        scenarios(kind).waitsEnd(Thread.ofVirtual());
    }
}
