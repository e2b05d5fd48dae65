// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.pci;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.region.Region;

/**
 * The capability lists of a PCI function (PCI Local Bus Specification 3.0, 6.7; PCI Express Base Specification, 7.6).
 *
 * @param entries the entries as the lists link them, the conventional list first
 */
public record PciCapabilities(List<PciCapability> entries) {
    private static final int FIRST_EXTENDED = PciHeader.CONFIG_SIZE;

    /** Copies the list. */
    public PciCapabilities {
        entries = List.copyOf(entries);
    }

    /**
     * Walks both lists.
     *
     * @param config configuration space; without extended space only the conventional list is walked
     * @return all capabilities
     * @throws MalformedDeviceException if a list has a loop, or a link that leads out of the space or into the header
     */
    public static PciCapabilities read(Region config) {
        List<PciCapability> found = new ArrayList<>();
        if ((config.read16(PciHeader.STATUS) & PciHeader.STATUS_CAP_LIST) != 0) {
            walkConventional(config, found);
        }
        if (config.size() >= PciHeader.EXTENDED_CONFIG_SIZE) {
            walkExtended(config, found);
        }
        return new PciCapabilities(found);
    }

    /** Returns the first conventional capability with the id. */
    public Optional<PciCapability> find(int id) {
        return entries.stream().filter(c -> !c.extended() && c.id() == id).findFirst();
    }

    /** Returns all conventional capabilities with the id; vendor-specific ones occur several times. */
    public List<PciCapability> findAll(int id) {
        return entries.stream().filter(c -> !c.extended() && c.id() == id).toList();
    }

    /** Returns the first extended capability with the id. */
    public Optional<PciCapability> findExtended(int id) {
        return entries.stream().filter(c -> c.extended() && c.id() == id).findFirst();
    }

    private static void walkConventional(Region config, List<PciCapability> found) {
        BitSet seen = new BitSet();
        int link = PciHeader.CAPABILITY_LIST;
        // The two low bits of a link are reserved and must be masked by software (6.7).
        int offset = config.read8(link) & ~3;
        while (offset != 0) {
            if (offset < PciHeader.LENGTH) {
                throw malformed(link, offset, "leads into the header");
            }
            if (seen.get(offset)) {
                throw malformed(link, offset, "makes a loop");
            }
            seen.set(offset);
            int id = config.read8(offset);
            if (id == 0xff) {
                throw malformed(link, offset, "leads to an entry of all ones, as a vanished device answers");
            }
            found.add(new PciCapability(id, offset, false, 0));
            link = offset + 1;
            offset = config.read8(link) & ~3;
        }
    }

    private static void walkExtended(Region config, List<PciCapability> found) {
        BitSet seen = new BitSet();
        int offset = FIRST_EXTENDED;
        int link = offset;
        while (offset != 0) {
            if (offset < FIRST_EXTENDED) {
                throw malformed(link, offset, "leads out of extended configuration space");
            }
            if (seen.get(offset)) {
                throw malformed(link, offset, "makes a loop");
            }
            seen.set(offset);
            int header = config.read32(offset);
            if (header == 0 || header == -1) {
                // An empty list is one header of zeros (7.6.3); all ones is what is read where the space is absent.
                if (offset == FIRST_EXTENDED) {
                    return;
                }
                throw malformed(link, offset, "leads to no capability");
            }
            found.add(new PciCapability(header & 0xffff, offset, true, (header >>> 16) & 0xf));
            link = offset;
            offset = (header >>> 20) & ~3;
        }
    }

    private static MalformedDeviceException malformed(int link, int target, String what) {
        return new MalformedDeviceException(Failure.during("walk the capability list")
                .because(String.format(Locale.ROOT, "the link 0x%x at offset 0x%x %s", target, link, what))
                .remedy("Reset the device; if it stays so, the device or its firmware is defective"));
    }
}
