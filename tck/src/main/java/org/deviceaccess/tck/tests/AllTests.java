// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import java.util.List;

/** The classes of tests, in the order in which they run. */
public final class AllTests {
    private AllTests() {}

    /** Returns the classes of tests. */
    public static List<Class<?>> classes() {
        return List.of(
                LookupTests.class,
                IdentityTests.class,
                LifeTests.class,
                LeftoverTests.class,
                RegionTests.class,
                RegisterTests.class,
                BusMasteringTests.class,
                ConfigTests.class,
                DecodingTests.class,
                InterruptEnableTests.class,
                InterruptCountTests.class,
                InterruptWaitTests.class,
                InterruptMaskTests.class,
                InterruptCloseTests.class,
                DmaAllocationTests.class,
                DmaConstraintTests.class,
                DmaLifeTests.class,
                DmaTransferTests.class,
                DmaIsolationTests.class,
                OwnershipTests.class,
                ResetTests.class,
                EventTests.class,
                ErrorTests.class,
                UnclaimedTests.class,
                RaceTests.class);
    }
}
