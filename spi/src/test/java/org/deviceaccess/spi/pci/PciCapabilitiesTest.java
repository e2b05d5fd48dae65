// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;
import org.deviceaccess.spi.region.RegisterCalls;
import org.junit.jupiter.api.Test;

class PciCapabilitiesTest {
    private final ByteBuffer image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    private Region config(int size) {
        RegionInfo info = new RegionInfo(
                RegionId.CONFIG,
                size,
                AddressSpace.CONFIGURATION,
                true,
                true,
                false,
                EnumSet.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32));
        return new CallRegion(info, new RegisterCalls() {
            @Override
            public long read(long offset, AccessWidth width) {
                return switch (width) {
                    case BITS_8 -> image.get((int) offset) & 0xff;
                    case BITS_16 -> image.getShort((int) offset) & 0xffff;
                    case BITS_32 -> Integer.toUnsignedLong(image.getInt((int) offset));
                    case BITS_64 -> throw new AssertionError("not a width of configuration space");
                };
            }

            @Override
            public void write(long offset, AccessWidth width, long value) {
                throw new AssertionError("walking writes nothing");
            }
        });
    }

    private void start(int offset) {
        image.putShort(PciHeader.STATUS, (short) PciHeader.STATUS_CAP_LIST);
        image.put(PciHeader.CAPABILITY_LIST, (byte) offset);
    }

    private void capability(int offset, int id, int next) {
        image.put(offset, (byte) id).put(offset + 1, (byte) next);
    }

    private void extended(int offset, int id, int version, int next) {
        image.putInt(offset, id | version << 16 | next << 20);
    }

    @Test
    void bothListsAreFollowedInTheOrderOfTheirLinks() {
        start(0x80);
        capability(0x80, PciCapability.MSIX, 0x43);
        capability(0x40, PciCapability.MSI, 0);
        extended(0x100, 0x0001, 2, 0x200);
        extended(0x200, 0x000b, 1, 0);
        PciCapabilities found = PciCapabilities.read(config(4096));
        assertEquals(
                List.of(
                        new PciCapability(PciCapability.MSIX, 0x80, false, 0),
                        new PciCapability(PciCapability.MSI, 0x40, false, 0),
                        new PciCapability(1, 0x100, true, 2),
                        new PciCapability(0xb, 0x200, true, 1)),
                found.entries());
        assertEquals(0x40, found.find(PciCapability.MSI).orElseThrow().offset());
        assertEquals(0x200, found.findExtended(0xb).orElseThrow().offset());
        assertTrue(found.find(0xb).isEmpty());
        assertEquals(2, PciCapabilities.read(config(256)).entries().size());
    }

    @Test
    void noListIsNoCapability() {
        image.put(PciHeader.CAPABILITY_LIST, (byte) 0x40);
        assertEquals(List.of(), PciCapabilities.read(config(4096)).entries());
    }

    @Test
    void loopsAndWildLinksEndInAnError() {
        start(0x40);
        capability(0x40, 5, 0x50);
        capability(0x50, 1, 0x40);
        assertTrue(assertThrows(MalformedDeviceException.class, () -> PciCapabilities.read(config(256)))
                .getMessage()
                .contains("makes a loop"));
        capability(0x50, 1, 0x10);
        assertTrue(assertThrows(MalformedDeviceException.class, () -> PciCapabilities.read(config(256)))
                .getMessage()
                .contains("leads into the header"));
        capability(0x50, 1, 0);
        extended(0x100, 1, 1, 0x100);
        assertThrows(MalformedDeviceException.class, () -> PciCapabilities.read(config(4096)));
        extended(0x100, 1, 1, 0x0f0);
        assertThrows(MalformedDeviceException.class, () -> PciCapabilities.read(config(4096)));
    }

    @Test
    void aVanishedDeviceEndsInAnError() {
        java.util.Arrays.fill(image.array(), (byte) 0xff);
        assertThrows(MalformedDeviceException.class, () -> PciCapabilities.read(config(4096)));
    }

    @Test
    void garbageNeverRunsForEver() {
        Random random = new Random(42);
        for (int round = 0; round < 5_000; round++) {
            random.nextBytes(image.array());
            image.putShort(PciHeader.STATUS, (short) PciHeader.STATUS_CAP_LIST);
            try {
                assertTrue(PciCapabilities.read(config(4096)).entries().size() <= 48 + 960);
            } catch (MalformedDeviceException e) {
                assertTrue(e.getMessage().contains("link"), e.getMessage());
            }
        }
    }
}
