// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import java.time.Duration;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.network.NetworkPort;

/**
 * Two cards of a kind at one wire, or one whose cable is plugged into itself: it is both.
 *
 * @param card the kind
 * @param left the address of the card that sends
 * @param right the address of the card that receives, the same one for a card that is both
 * @param timeout how long a card may take for what it is asked
 */
public record PortRig(Card card, String left, String right, Duration timeout) {
    /** Two cards of the simulated backend. */
    public static final PortRig SIM_E1000E = new PortRig(
            Card.E1000E,
            "sim:e1000e?latency=0&wire=a&mac=02:00:00:00:00:01",
            "sim:e1000e?latency=0&wire=a&mac=02:00:00:00:00:02",
            Duration.ofSeconds(20));

    /** Two virtio cards of the simulated backend. */
    public static final PortRig SIM_VIRTIO = new PortRig(
            Card.VIRTIO,
            "sim:virtio-net?latency=0&wire=a&mac=02:00:00:00:00:01",
            "sim:virtio-net?latency=0&wire=a&mac=02:00:00:00:00:02",
            Duration.ofSeconds(20));

    /** Two cards of a guest of the testbed, over one of the backends. */
    static PortRig guest(Card card, String backend, String options) {
        boolean intel = card == Card.E1000E;
        return new PortRig(
                card,
                backend + ":0000:00:" + (intel ? "13.0" : "18.0") + options,
                backend + ":0000:00:" + (intel ? "14.0" : "19.0") + options,
                Duration.ofSeconds(30));
    }

    /** The devices of a rig, opened together so that they share their wire. */
    static final class Open implements AutoCloseable {
        final PortRig rig;
        final DeviceAccess left;
        DeviceAccess right;
        private final Devices devices = Devices.installed();

        Open(PortRig rig) {
            this.rig = rig;
            this.left = devices.access(rig.left);
            this.right = rig.isLoop() ? left : devices.access(rig.right);
        }

        /** Closes the right card and opens it again. */
        void replaceRight() {
            right.close();
            right = devices.access(rig.right);
        }

        /** Opens another card, which is at no wire of this rig's. */
        DeviceAccess stranger() {
            return rig.isLoop() ? Devices.installed().access(rig.left) : right;
        }

        @Override
        public void close() {
            left.close();
            right.close();
        }
    }

    /** The ports of a rig. */
    record Ports(NetworkPort left, NetworkPort right) implements AutoCloseable {
        @Override
        public void close() {
            left.close();
            right.close();
        }
    }

    /** Returns whether the one card is both. */
    boolean isLoop() {
        return left.equals(right);
    }

    Open open() {
        return new Open(this);
    }

    /** Attaches to both with the usual numbers, and waits for the link. */
    Ports attach(Open devices) throws InterruptedException {
        return attach(devices, timeout);
    }

    Ports attach(Open devices, Duration limit) throws InterruptedException {
        NetworkPort one = card.attach(devices.left, limit);
        return ready(one, isLoop() ? one : card.attach(devices.right, limit));
    }

    /** Attaches to the left card with the usual numbers, and to the right one with others. */
    Ports attach(Open devices, int descriptors, int buffers) throws InterruptedException {
        NetworkPort other = card.attach(devices.right, timeout, descriptors, buffers);
        return ready(isLoop() ? other : card.attach(devices.left, timeout), other);
    }

    private static Ports ready(NetworkPort left, NetworkPort right) throws InterruptedException {
        long start = System.nanoTime();
        while (!left.link().up() || !right.link().up()) {
            if (System.nanoTime() - start > Flows.LONG.toNanos()) {
                throw new AssertionError("the link does not come up");
            }
            Thread.sleep(1);
        }
        return new Ports(left, right);
    }
}
