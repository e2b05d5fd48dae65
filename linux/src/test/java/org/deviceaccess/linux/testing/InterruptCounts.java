// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import org.deviceaccess.spi.interrupt.InterruptKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Not one interrupt is lost or counted twice, whoever waits. */
public abstract class InterruptCounts {
    private static final int ROUNDS = 10_000;

    private final String address;

    protected InterruptCounts(String address) {
        this.address = address;
    }

    private InterruptScenarios scenarios(InterruptKind kind) {
        return new InterruptScenarios(address, kind);
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    final void oneThreadCountsExactly(InterruptKind kind) throws Exception {
        scenarios(kind).areCountedExactly(ROUNDS, 1, Thread.ofPlatform());
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    final void twoThreadsCountExactly(InterruptKind kind) throws Exception {
        scenarios(kind).areCountedExactly(ROUNDS, 2, Thread.ofPlatform());
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    final void aVirtualThreadCountsExactly(InterruptKind kind) throws Exception {
        scenarios(kind).areCountedExactly(ROUNDS, 1, Thread.ofVirtual());
    }

    @ParameterizedTest
    @EnumSource(names = {"MSI", "INTX"})
    final void waitsTimeOutAreInterruptedAndAreClosed(InterruptKind kind) throws Exception {
        scenarios(kind).waitsEnd(Thread.ofPlatform());
        scenarios(kind).waitsEnd(Thread.ofVirtual());
    }
}
