// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

/** What Identify tells of a namespace (NVM Express Base Specification 1.4, figures 245 and 253). */
final class NamespacePages {
    /** Command set identifiers (NVM Express Base Specification 2.0, figure 274). */
    static final int NVM = 0;

    static final int ZONED = 2;

    private static final int FORMATS = 128;
    /** The format index has four bits in bits 3 to 0 of FLBAS, and two more in bits 6 and 5 since version 2.0. */
    private static final int LOW_FORMATS = 16;
    /** Metadata follows the data of each block: bit 4 of FLBAS and bit 0 of MC. */
    private static final int EXTENDED_BLOCKS = 1 << 4;

    private static final int EXTENDED_BLOCKS_SUPPORTED = 1;
    /** Deallocated blocks read as zeros (DLFEAT). */
    private static final int READS_ZEROS = 1;

    /** The namespace is ready (NSTAT). */
    private static final int READY = 1;

    private static final int NO_LIMIT = -1;
    private static final int ZONE_FORMATS = 2816;

    private final Profile profile;

    NamespacePages(Profile profile) {
        this.profile = profile;
    }

    static int commandSet(Namespace namespace) {
        return namespace.isZoned() ? ZONED : NVM;
    }

    Page namespace(Namespace namespace) {
        Page page = new Page(Identify.LENGTH)
                .put64(0, namespace.blocks())
                .put64(8, namespace.blocks())
                .put64(16, namespace.blocks())
                .put8(25, profile.format())
                .put8(26, formatIndex() | (namespace.metadata() > 0 ? EXTENDED_BLOCKS : 0))
                .put8(27, namespace.metadata() > 0 ? EXTENDED_BLOCKS_SUPPORTED : 0)
                .put8(33, READS_ZEROS);
        if (profile.version().has(Version.V1_1)) {
            page.putBytes(120, namespace.eui64());
        }
        if (profile.version().has(Version.V1_2)) {
            page.putBytes(104, namespace.nguid());
        }
        int shift = Integer.numberOfTrailingZeros(profile.blockSize());
        for (int index = 0; index < profile.format(); index++) {
            // Others than the one that is used, so that who takes the wrong one gets wrong blocks.
            int other = shift == 9 + index % 4 ? 13 : 9 + index % 4;
            page.put32(FORMATS + (long) index * Integer.BYTES, other << 16);
        }
        return page.put32(FORMATS + (long) profile.format() * Integer.BYTES, (shift << 16) | namespace.metadata());
    }

    private int formatIndex() {
        return (profile.format() % LOW_FORMATS) | (profile.format() / LOW_FORMATS) << 5;
    }

    /** Returns the namespace identification descriptors (5.15.2.4): types EUI64, NGUID, UUID, and the command set. */
    Page descriptors(Namespace namespace) {
        Page page = new Page(Identify.LENGTH);
        int end = descriptor(page, 0, 1, namespace.eui64());
        end = descriptor(page, end, 2, namespace.nguid());
        end = descriptor(page, end, 3, namespace.nguid());
        if (profile.hasCommandSets()) {
            descriptor(page, end, 4, new byte[] {(byte) commandSet(namespace)});
        }
        return page;
    }

    private static int descriptor(Page page, int at, int type, byte[] id) {
        page.put8(at, type).put8(at + 1, id.length).putBytes(at + 4, id);
        return at + 4 + id.length;
    }

    /** Returns what does not depend on the command set (NVM Express Base Specification 2.0, 5.17.2.8). */
    static Page independent(boolean active) {
        return new Page(Identify.LENGTH).put8(14, active ? READY : 0);
    }

    /** Returns what is special of a zoned namespace (NVM Express Zoned Namespace Command Set 1.1, figure 48). */
    Page zoned(Zones zones) {
        return new Page(Identify.LENGTH)
                .put32(4, NO_LIMIT) // active zones
                .put32(8, NO_LIMIT) // open zones
                .put64(ZONE_FORMATS + (long) profile.format() * 2 * Long.BYTES, zones.length());
    }

    /** Returns the combinations of command sets (NVM Express Base Specification 2.0, figure 290): one. */
    static Page commandSets() {
        return new Page(Identify.LENGTH).put64(0, 1L << NVM | 1L << ZONED);
    }
}
