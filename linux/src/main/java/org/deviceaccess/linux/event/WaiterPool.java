// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.event;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deviceaccess.linux.libc.CloseSteps;

/** Idle waiters. Makes one only while more threads wait at the same time than ever before. */
final class WaiterPool {
    private final Supplier<Waiter> maker;
    private final List<Waiter> idle = new ArrayList<>();

    WaiterPool(Supplier<Waiter> maker) {
        this.maker = maker;
    }

    synchronized Waiter take() {
        return idle.isEmpty() ? maker.get() : idle.removeLast();
    }

    synchronized void give(Waiter waiter) {
        idle.add(waiter);
    }

    /** Closes all; nobody has one any more. */
    synchronized void close(CloseSteps steps) {
        idle.forEach(waiter -> steps.run(waiter::close));
        idle.clear();
    }
}
