// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.deviceaccess.backend.sim.model.Bus;

/** Transfers the data of a command, page by page as its PRP entries say (NVM Express Base Specification 1.4, 4.3). */
final class PrpData {
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Bus bus;

    PrpData(Bus bus) {
        this.bus = bus;
    }

    /** Reads the host's memory into the device; returns a status. */
    int fetch(Command command, MemorySegment into) {
        return transfer(command, into, false);
    }

    /** Writes the device's data into the host's memory; returns a status. */
    int store(Command command, MemorySegment from) {
        return transfer(command, from, true);
    }

    private int transfer(Command command, MemorySegment data, boolean toHost) {
        long length = data.byteSize();
        if (command.prp1() % Integer.BYTES != 0) {
            return Status.INVALID_PRP_OFFSET;
        }
        long part = Math.min(length, Profile.PAGE_SIZE - offset(command.prp1()));
        if (!move(command.prp1(), data.asSlice(0, part), toHost)) {
            return Status.DATA_TRANSFER_ERROR;
        }
        long done = part;
        if (length - done > Profile.PAGE_SIZE) {
            return followList(command.prp2(), data, done, toHost);
        }
        if (done < length) {
            if (offset(command.prp2()) != 0) {
                return Status.INVALID_PRP_OFFSET;
            }
            return move(command.prp2(), data.asSlice(done), toHost) ? Status.SUCCESS : Status.DATA_TRANSFER_ERROR;
        }
        return Status.SUCCESS;
    }

    private int followList(long list, MemorySegment data, long start, boolean toHost) {
        MemorySegment entry = MemorySegment.ofArray(new byte[Long.BYTES]);
        long at = list;
        for (long done = start; done < data.byteSize(); ) {
            if (at % Long.BYTES != 0) {
                return Status.INVALID_PRP_OFFSET;
            }
            if (!bus.read(at, entry)) {
                return Status.DATA_TRANSFER_ERROR;
            }
            long address = entry.get(INT64, 0);
            long left = data.byteSize() - done;
            if (offset(at) == Profile.PAGE_SIZE - Long.BYTES && left > Profile.PAGE_SIZE) {
                at = address; // the last entry of a page leads to the next page of the list
                continue;
            }
            if (offset(address) != 0) {
                return Status.INVALID_PRP_OFFSET;
            }
            long part = Math.min(left, Profile.PAGE_SIZE);
            if (!move(address, data.asSlice(done, part), toHost)) {
                return Status.DATA_TRANSFER_ERROR;
            }
            done += part;
            at += Long.BYTES;
        }
        return Status.SUCCESS;
    }

    private boolean move(long address, MemorySegment data, boolean toHost) {
        return toHost ? bus.write(address, data) : bus.read(address, data);
    }

    private static long offset(long address) {
        return address & (Profile.PAGE_SIZE - 1);
    }
}
