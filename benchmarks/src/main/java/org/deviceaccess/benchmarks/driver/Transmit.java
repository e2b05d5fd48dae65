// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.driver;

import java.time.Duration;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;

/**
 * Sends packets as fast as the port takes them, with headers that are written into each, as testpmd's {@code txonly} does.
 *
 * @param address the device's address, with its backend
 * @param length the length of a packet in bytes
 * @param burst how many packets are handed over at a time
 * @param warmUp how long to warm up
 * @param seconds how long it is measured
 */
public record Transmit(String address, int length, int burst, WarmUp warmUp, int seconds) implements Contender {
    @Override
    public String name() {
        return "DeviceAccess " + address.substring(0, address.indexOf(':'));
    }

    @Override
    public Measurement work() {
        try (DeviceAccess device = Devices.open(address);
                NetworkPort port = Drivers.installed().attach(device, NetworkPort.class)) {
            UdpFrames frames = new UdpFrames(port.mac(), length);
            PacketBatch batch = port.pool().batch(burst);
            send(port, frames, batch, warmUp.next());
            Window window = Window.open();
            long sent = send(port, frames, batch, Duration.ofSeconds(seconds));
            return window.close(sent, null);
        }
    }

    private long send(NetworkPort port, UdpFrames frames, PacketBatch batch, Duration time) {
        long sent = 0;
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            port.pool().take(batch, batch.room());
            for (int i = 0; i < batch.size(); i++) {
                frames.write(batch.memory(i));
                batch.setLength(i, length);
            }
            sent += port.send(batch);
        }
        batch.giveBack();
        return sent;
    }
}
