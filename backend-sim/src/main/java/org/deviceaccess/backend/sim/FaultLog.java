// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/** What was refused to a device, what it could not do, and what it should not have been told; the latest of each. Safe for use by any thread. */
final class FaultLog {
    private static final int MOST_KEPT = 1024;

    private final ArrayDeque<DmaFault> dmaFaults = new ArrayDeque<>();
    private final ArrayDeque<DeviceFault> deviceFaults = new ArrayDeque<>();
    private final ArrayDeque<DeviceFault> forbidden = new ArrayDeque<>();
    private long dmaFaultCount;

    synchronized void refused(long address, long length, boolean write, DmaFault.Reason reason) {
        dmaFaultCount++;
        add(dmaFaults, new DmaFault(address, length, write, reason, Instant.now()));
    }

    synchronized void failed(String what) {
        add(deviceFaults, new DeviceFault(what, Instant.now()));
    }

    synchronized void forbidden(String what) {
        add(forbidden, new DeviceFault(what, Instant.now()));
    }

    synchronized List<DmaFault> dmaFaults() {
        return List.copyOf(dmaFaults);
    }

    synchronized long dmaFaultCount() {
        return dmaFaultCount;
    }

    synchronized List<DeviceFault> deviceFaults() {
        return List.copyOf(deviceFaults);
    }

    synchronized List<DeviceFault> forbidden() {
        return List.copyOf(forbidden);
    }

    synchronized void clear() {
        dmaFaults.clear();
        deviceFaults.clear();
        forbidden.clear();
        dmaFaultCount = 0;
    }

    private static <T> void add(ArrayDeque<T> log, T entry) {
        if (log.size() == MOST_KEPT) {
            log.removeFirst();
        }
        log.addLast(entry);
    }
}
