// SPDX-License-Identifier: Apache-2.0

/**
 * Network ports: packets in and out, in batches.
 *
 * <p>An application asks for the class of device and never names a driver:
 *
 * <pre>{@code
 * try (DeviceAccess device = Devices.open("vfio:0000:00:13.0");
 *         NetworkPort port = Drivers.installed().attach(device, NetworkPort.class)) {
 *     PacketBatch batch = port.pool().batch(32);
 *     while (port.awaitPackets(Duration.ofSeconds(10))) {
 *         port.receive(batch);
 *         for (int i = 0; i < batch.size(); i++) {
 *             answer(batch.memory(i), batch.length(i));
 *         }
 *         port.send(batch);
 *         batch.giveBack(); // what there was no room for
 *     }
 * }
 * }</pre>
 *
 * <h2>Who owns a buffer</h2>
 *
 * <p>A port has a {@link org.deviceaccess.spi.network.PacketPool} of buffers that the device can reach. Each of them is in
 * one place: free in the pool, in one {@link org.deviceaccess.spi.network.PacketBatch}, or with the port. Receiving moves
 * buffers from the port to a batch, sending moves them from a batch to the port, which gives them back to the pool when
 * the packet is sent, and {@link org.deviceaccess.spi.network.PacketBatch#giveBack} moves them back to the pool. There is
 * no object for a packet, so none can be kept too long, and nothing is allocated for one.
 */
package org.deviceaccess.spi.network;
