// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.ReceiveFilter;

/**
 * Forwards packets from one port to the other, both ways. The two are wired to each other, so that a burst at the
 * beginning goes round for ever.
 *
 * @param first the address of one card, with its backend
 * @param second the address of the other
 * @param length the length of a packet in bytes
 * @param burst how many packets each port sends at the beginning
 * @param warmUp how long to warm up
 * @param seconds how long it is measured
 */
public record Forward(String first, String second, int length, int burst, WarmUp warmUp, int seconds)
        implements Contender {
    @Override
    public String name() {
        return "DeviceAccess " + first.substring(0, first.indexOf(':'));
    }

    @Override
    public Measurement work() {
        try (DeviceAccess oneDevice = Devices.open(first);
                DeviceAccess otherDevice = Devices.open(second);
                NetworkPort one = Drivers.installed().attach(oneDevice, NetworkPort.class);
                NetworkPort other = Drivers.installed().attach(otherDevice, NetworkPort.class)) {
            one.setFilter(ReceiveFilter.ALL);
            other.setFilter(ReceiveFilter.ALL);
            Direction there = new Direction(one, other);
            Direction back = new Direction(other, one);
            there.begin();
            back.begin();
            forward(there, back, warmUp.next());
            Window window = Window.open();
            long forwarded = forward(there, back, Duration.ofSeconds(seconds));
            return window.close(forwarded, null);
        }
    }

    private static long forward(Direction there, Direction back, Duration time) {
        long forwarded = 0;
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            forwarded += there.forward() + back.forward();
        }
        return forwarded;
    }

    /** One way; a packet is copied, as the memory of one card is not mapped for the other. */
    private final class Direction {
        private final NetworkPort from;
        private final NetworkPort to;
        private final PacketBatch in;
        private final PacketBatch out;

        Direction(NetworkPort from, NetworkPort to) {
            this.from = from;
            this.to = to;
            this.in = from.pool().batch(burst);
            this.out = to.pool().batch(burst);
        }

        void begin() {
            to.pool().take(out, burst);
            for (int i = 0; i < out.size(); i++) {
                Frames.write(out.memory(i), to.mac());
                out.setLength(i, length);
            }
            to.send(out);
        }

        int forward() {
            int received = from.receive(in);
            if (received == 0) {
                return 0;
            }
            to.pool().take(out, received);
            for (int i = 0; i < out.size(); i++) {
                MemorySegment.copy(in.memory(i), 0, out.memory(i), 0, in.length(i));
                out.setLength(i, in.length(i));
            }
            int sent = to.send(out);
            out.giveBack();
            in.giveBack();
            return sent;
        }
    }
}
