// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what a piece of code allocates on the calling thread. */
public final class Allocation {
    private Allocation() {}

    /** Returns the bytes that one run allocates after two others, in which classes are loaded and code is compiled. */
    public static long of(Runnable code) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int run = 0; run < 3; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            code.run();
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return allocated;
    }
}
