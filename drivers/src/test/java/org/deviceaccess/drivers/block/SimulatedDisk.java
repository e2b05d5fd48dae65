// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.block;

import java.time.Duration;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.backend.sim.nvme.NvmeFaults;
import org.deviceaccess.backend.sim.virtio.VirtioFaults;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;

/** A simulated disk, and what can go wrong inside of it. */
enum SimulatedDisk {
    NVME(DiskKind.NVME, "sim:nvme", "io-queues=1") {
        @Override
        void stall(DeviceAccess device) {
            faults(device).stall();
        }

        @Override
        void answerStrangely(DeviceAccess device) {
            faults(device).completeUnknownId();
        }

        @Override
        void fail(DeviceAccess device) {
            faults(device).fail(0x4006);
        }

        @Override
        void neverComeBack(DeviceAccess device) {
            faults(device).neverReady(true);
        }

        private static NvmeFaults faults(DeviceAccess device) {
            return device.unwrap(NvmeFaults.class).orElseThrow();
        }
    },
    VIRTIO(DiskKind.VIRTIO, "sim:virtio-blk", "queues=1") {
        @Override
        void stall(DeviceAccess device) {
            faults(device).lose();
        }

        @Override
        void answerStrangely(DeviceAccess device) {
            faults(device).useUnknownId();
        }

        @Override
        void fail(DeviceAccess device) {
            faults(device).fail(1);
        }

        @Override
        void neverComeBack(DeviceAccess device) {
            faults(device).refuseFeatures();
        }

        private static VirtioFaults faults(DeviceAccess device) {
            return device.unwrap(VirtioFaults.class).orElseThrow();
        }
    };

    private final DiskKind kind;
    private final String address;
    private final String oneQueue;

    SimulatedDisk(DiskKind kind, String address, String oneQueue) {
        this.kind = kind;
        this.address = address;
        this.oneQueue = oneQueue;
    }

    /** Opens a disk of 8 MiB with further options, such as {@code latency=0}. */
    DeviceAccess open(String options) {
        return Devices.open(address + "?size=8M&" + options);
    }

    /** Returns the option that leaves the device with one queue for commands. */
    String oneQueue() {
        return oneQueue;
    }

    static Simulation simulation(DeviceAccess device) {
        return device.unwrap(Simulation.class).orElseThrow();
    }

    RecoveringDisk attach(DeviceAccess device, Duration timeout) {
        return kind.attach(device, timeout);
    }

    /** Lets the next command hang until it is aborted or the device is reset. */
    abstract void stall(DeviceAccess device);

    /** Lets the next command be answered as if it were another one. */
    abstract void answerStrangely(DeviceAccess device);

    /** Lets the next command fail for good. */
    abstract void fail(DeviceAccess device);

    /** Lets the device not start any more, whatever is tried. */
    abstract void neverComeBack(DeviceAccess device);
}
