// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.drivers;

import java.util.List;

/** The classes of tests of drivers, in the order in which they run. */
public final class AllDriverTests {
    private AllDriverTests() {}

    /** Returns the classes of tests. */
    public static List<Class<?>> classes() {
        return List.of(
                ProviderTests.class,
                NeedsTests.class,
                AttachTests.class,
                CloseTests.class,
                AttachAgainTests.class,
                ExclusiveTests.class,
                BadDeviceTests.class,
                BlockDeviceTests.class,
                BlockQueueTests.class,
                BlockOwnershipTests.class,
                BlockReportTests.class,
                NetworkPortTests.class,
                NetworkFaultTests.class,
                EntropySourceTests.class);
    }
}
