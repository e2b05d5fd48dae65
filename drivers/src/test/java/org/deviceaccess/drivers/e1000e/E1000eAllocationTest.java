// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.network.NetworkPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets make no garbage on the thread that sends and receives them. */
@Timeout(120)
class E1000eAllocationTest {
    private static final int PACKETS = 2000;
    private static final int BATCHES = 30;

    @Test
    void packets() throws InterruptedException {
        try (DeviceAccess device = Devices.open("sim:e1000e?latency=0");
                NetworkPort port = Drivers.installed().attach(device, NetworkPort.class)) {
            Flows flows = new Flows(port, port, 4, false);
            Duration limit = Duration.ofMinutes(1);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            // Until it is compiled the JVM may allocate for its own ends; a use that allocates does so for ever.
            for (int batch = 0; batch < BATCHES && least > 0; batch++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                flows.run(PACKETS, limit);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes for " + PACKETS + " packets");
        }
    }
}
