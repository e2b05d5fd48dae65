// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BlockConfigurationTest {
    private static final BlockConfiguration BEFORE =
            new BlockConfiguration(1000, 512, false, true, 4, 126, 1 << 20, 1 << 10);

    @Test
    void aDiskMayHaveGrownWhenItComesBack() {
        assertTrue(BEFORE.isStillIn(BEFORE));
        assertTrue(BEFORE.isStillIn(new BlockConfiguration(2000, 512, false, true, 5, 127, 1 << 21, 1 << 11)));
    }

    @Test
    void aDiskThatIsLessThanItWasIsAnother() {
        assertFalse(BEFORE.isStillIn(new BlockConfiguration(999, 512, false, true, 4, 126, 1 << 20, 1 << 10)));
        assertFalse(BEFORE.isStillIn(new BlockConfiguration(1000, 4096, false, true, 4, 126, 1 << 20, 1 << 10)));
        assertFalse(BEFORE.isStillIn(new BlockConfiguration(1000, 512, false, false, 4, 126, 1 << 20, 1 << 10)));
        assertFalse(BEFORE.isStillIn(new BlockConfiguration(1000, 512, false, true, 3, 126, 1 << 20, 1 << 10)));
        assertFalse(BEFORE.isStillIn(new BlockConfiguration(1000, 512, false, true, 4, 125, 1 << 20, 1 << 10)));
        assertFalse(BEFORE.isStillIn(new BlockConfiguration(1000, 512, false, true, 4, 126, 512, 1 << 10)));
        assertFalse(BEFORE.isStillIn(new BlockConfiguration(1000, 512, false, true, 4, 126, 1 << 20, 0)));
    }
}
