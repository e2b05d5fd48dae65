// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.time.Duration;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.deviceaccess.spi.network.PacketPool;
import org.deviceaccess.spi.network.ReceiveFilter;

/** A port that does what another does, until a method is overridden. */
class ForwardingPort implements NetworkPort {
    final NetworkPort real;

    ForwardingPort(NetworkPort real) {
        this.real = real;
    }

    @Override
    public MacAddress mac() {
        return real.mac();
    }

    @Override
    public LinkState link() {
        return real.link();
    }

    @Override
    public int maxPacketLength() {
        return real.maxPacketLength();
    }

    @Override
    public PacketPool pool() {
        return real.pool();
    }

    @Override
    public int receive(PacketBatch batch) {
        return real.receive(batch);
    }

    @Override
    public boolean awaitPackets(Duration timeout) throws InterruptedException {
        return real.awaitPackets(timeout);
    }

    @Override
    public int send(PacketBatch batch) {
        return real.send(batch);
    }

    @Override
    public int underWay() {
        return real.underWay();
    }

    @Override
    public void setFilter(ReceiveFilter filter) {
        real.setFilter(filter);
    }

    @Override
    public NetworkStatistics statistics() {
        return real.statistics();
    }

    @Override
    public void close() {
        real.close();
    }
}
