// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.deviceaccess.spi.network.MacAddress;

/** What a network card receives, and the commands that say it (virtio 1.2, 5.1.6.5.1 and 5.1.6.5.2). */
final class ReceiveMode {
    private static final ValueLayout.OfInt INT32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int RX = 0;
    private static final int RX_PROMISC = 0;
    private static final int RX_ALLMULTI = 1;
    private static final int MAC = 1;
    private static final int MAC_TABLE_SET = 0;
    private static final int DATA = 2;
    private static final byte OK = 0;
    private static final byte ERROR = 1;

    private final Set<MacAddress> table = new HashSet<>();
    private boolean promiscuous;
    private boolean allMulticast;

    /** Receives everything, as a device does that was told nothing. */
    void reset() {
        promiscuous = true;
        allMulticast = false;
        table.clear();
    }

    /** Does a command, and returns how many bytes were written as its answer. */
    int execute(Chain chain, boolean refuse) {
        int length = (int) chain.readableBytes();
        MemorySegment command = MemorySegment.ofArray(new byte[length]);
        boolean done = !refuse && length > DATA && chain.read(0, command) && obey(command);
        return chain.write(0, MemorySegment.ofArray(new byte[] {done ? OK : ERROR})) ? 1 : 0;
    }

    private boolean obey(MemorySegment command) {
        int type = NetworkType.octet(command, 0);
        int what = NetworkType.octet(command, 1);
        if (type == RX && what == RX_PROMISC) {
            promiscuous = NetworkType.octet(command, DATA) != 0;
            return true;
        }
        if (type == RX && what == RX_ALLMULTI) {
            allMulticast = NetworkType.octet(command, DATA) != 0;
            return true;
        }
        return type == MAC && what == MAC_TABLE_SET && fill(command.asSlice(DATA));
    }

    /** Takes the tables: addresses of stations, then of groups. */
    private boolean fill(MemorySegment tables) {
        table.clear();
        long at = 0;
        for (int i = 0; i < 2; i++) {
            if (at + Integer.BYTES > tables.byteSize()) {
                return false;
            }
            long count = Integer.toUnsignedLong(tables.get(INT32, at));
            at += Integer.BYTES;
            if (count * MacAddress.LENGTH > tables.byteSize() - at) {
                return false;
            }
            for (long entry = 0; entry < count; entry++) {
                table.add(address(tables.asSlice(at)));
                at += MacAddress.LENGTH;
            }
        }
        return at == tables.byteSize();
    }

    /** Returns whether a packet is received. */
    boolean passes(MemorySegment packet, MacAddress own) {
        MacAddress destination = address(packet);
        return promiscuous
                || destination.equals(own)
                || destination.equals(MacAddress.BROADCAST)
                || (allMulticast && destination.isMulticast())
                || table.contains(destination);
    }

    private static MacAddress address(MemorySegment bytes) {
        long bits = 0;
        for (int i = 0; i < MacAddress.LENGTH; i++) {
            bits = bits << Byte.SIZE | NetworkType.octet(bytes, i);
        }
        return new MacAddress(bits);
    }
}
