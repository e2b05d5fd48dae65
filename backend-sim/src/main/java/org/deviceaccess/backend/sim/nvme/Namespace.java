// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.deviceaccess.backend.sim.disk.Disk;
import org.deviceaccess.backend.sim.nvme.Profile.Kind;
import org.jspecify.annotations.Nullable;

/** One namespace: its blocks, and what it is. */
final class Namespace {
    /** Bytes of metadata that follow each block of a namespace that has them, in one buffer with the data. */
    static final int METADATA = 8;

    private final int id;
    private final Kind kind;
    private final int blockSize;
    private final long blocks;
    private final Disk disk;
    private final @Nullable Zones zones;
    private final UUID uuid;

    Namespace(int id, Kind kind, Profile profile) {
        this.id = id;
        this.kind = kind;
        this.blockSize = profile.blockSize();
        long whole = Math.max(1, profile.size() / blockSize);
        this.zones = kind == Kind.ZONED ? new Zones(whole) : null;
        this.blocks = zones == null ? whole : zones.blocks();
        this.disk = new Disk(blocks * transferredBlock());
        this.uuid = UUID.nameUUIDFromBytes((profile.serial() + " namespace " + id).getBytes(StandardCharsets.US_ASCII));
    }

    int id() {
        return id;
    }

    boolean isActive() {
        return kind != Kind.INACTIVE;
    }

    boolean isZoned() {
        return kind == Kind.ZONED;
    }

    @Nullable
    Zones zones() {
        return zones;
    }

    /** Returns how many bytes of metadata a block has. */
    int metadata() {
        return kind == Kind.METADATA ? METADATA : 0;
    }

    long blocks() {
        return blocks;
    }

    /** Returns how many bytes are transferred for a block: its data and its metadata. */
    int transferredBlock() {
        return blockSize + metadata();
    }

    Disk disk() {
        return disk;
    }

    /** Returns its 16 bytes of NGUID: those of the UUID, as both are big-endian. */
    byte[] nguid() {
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    /** Returns its 8 bytes of EUI64, of an organization that does not exist: the "local" bit is set. */
    byte[] eui64() {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .putLong(uuid.getLeastSignificantBits())
                .array();
        bytes[0] = 0x02;
        return bytes;
    }

    /** Returns whether it has so many blocks from one on. */
    boolean contains(long lba, long count) {
        return lba >= 0 && count >= 0 && lba <= blocks - count;
    }
}
