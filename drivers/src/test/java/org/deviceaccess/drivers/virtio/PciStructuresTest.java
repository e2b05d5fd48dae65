// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.deviceaccess.backend.sim.Simulation;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Finding the structures in a configuration space that says what it should, and in others. */
@Timeout(30)
class PciStructuresTest {
    private static final int COMMON = 1;
    private static final int NOTIFY = 2;
    private static final int ISR = 3;
    private static final int SPECIFIC = 4;

    private DeviceAccess device;
    private byte[] space;

    @BeforeEach
    void open() {
        device = Devices.open("sim:virtio-rng");
        Region config = device.region(RegionId.CONFIG);
        space = new byte[PciHeader.CONFIG_SIZE];
        for (int i = 0; i < space.length; i++) {
            space[i] = (byte) config.read8(i);
        }
    }

    @AfterEach
    void close() {
        device.close();
    }

    /** Lets the device answer with what is in {@link #space}. */
    private PciStructures find() {
        byte[] lie = space.clone();
        device.unwrap(Simulation.class).orElseThrow().override(RegionId.CONFIG, (offset, width, honest) -> {
            long value = 0;
            for (int i = width.bytes() - 1; i >= 0; i--) {
                value = value << Byte.SIZE | (lie[(int) offset + i] & 0xff);
            }
            return value;
        });
        return PciStructures.find(device);
    }

    private void assertRefused(String why) {
        MalformedDeviceException error = assertThrows(MalformedDeviceException.class, this::find);
        assertTrue(error.getMessage().contains(why), error.getMessage());
    }

    /** Returns where the capability for a structure is. */
    private int capability(int type) {
        List<PciCapability> all =
                PciCapabilities.read(device.region(RegionId.CONFIG)).findAll(PciCapability.VENDOR_SPECIFIC);
        return all.stream()
                .mapToInt(PciCapability::offset)
                .filter(at -> space[at + 3] == type)
                .findFirst()
                .orElseThrow();
    }

    private void put32(int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            space[at + i] = (byte) (value >>> (i * Byte.SIZE));
        }
    }

    @Test
    void structuresAreWhereTheCapabilitiesSay() {
        PciStructures found = find();
        assertEquals(0x0000, found.common().offset());
        assertEquals(0x1000, found.isr().offset());
        assertEquals(0x2000, found.specific().offset());
        assertEquals(0x3000, found.notifications().offset());
        assertEquals(4, found.notifyMultiplier());
        assertEquals(RegionId.bar(4), found.common().bar().id());
    }

    @Test
    void eachStructureThatAllDevicesHaveMustBeThere() {
        for (int type : new int[] {COMMON, NOTIFY, ISR}) {
            int at = capability(type);
            space[at + 3] = 0x55;
            assertRefused("it has no capability for");
            space[at + 3] = (byte) type;
        }
        space[capability(SPECIFIC) + 3] = 0x55;
        assertEquals(null, find().specific());
    }

    @Test
    void aLegacyDeviceIsNotCalledDefective() {
        space[PciHeader.STATUS] &= ~PciHeader.STATUS_CAP_LIST;
        MalformedDeviceException defective = assertThrows(MalformedDeviceException.class, this::find);
        assertTrue(String.valueOf(defective.remedy()).contains("defective"), defective.getMessage());
        space[PciHeader.DEVICE_ID] = 0x05; // transitional entropy source: 0x1005
        space[PciHeader.DEVICE_ID + 1] = 0x10;
        UnsupportedCapabilityException legacy = assertThrows(UnsupportedCapabilityException.class, this::find);
        assertTrue(legacy.detail().contains("legacy"), legacy.getMessage());
        assertFalse(legacy.getMessage().contains("defective"), legacy.getMessage());
        assertTrue(String.valueOf(legacy.remedy()).contains("disable-modern=off"), legacy.getMessage());
    }

    @Test
    void aReservedBarIsIgnored() {
        space[capability(COMMON) + 4] = 6;
        assertRefused("it has no capability for the common configuration");
    }

    @Test
    void aBarThatTheDeviceLacksIsRefused() {
        space[capability(COMMON) + 4] = 2;
        assertRefused("BAR2, which has 0 bytes");
    }

    @Test
    void aStructureMustLieInItsBar() {
        for (int type : new int[] {COMMON, NOTIFY, ISR, SPECIFIC}) {
            byte[] honest = space.clone();
            for (int[] lie :
                    new int[][] {{0x4000, 0x1000}, {0x3fff_fffc, 4}, {-4, 0x1000}, {0, -1}, {0x3004, 0x1000}}) {
                put32(capability(type) + 8, lie[0]);
                put32(capability(type) + 12, lie[1]);
                assertRefused("of BAR4, which has 16384 bytes");
                space = honest.clone();
            }
        }
    }

    @Test
    void aStructureMustBeLongEnoughAndAligned() {
        put32(capability(COMMON) + 12, CommonConfiguration.SIZE - 1);
        assertRefused("the common configuration is said to be 55 bytes");
        put32(capability(COMMON) + 12, CommonConfiguration.SIZE);
        put32(capability(COMMON) + 8, 2);
        assertRefused("at a multiple of 4");
    }

    @Test
    void theMultiplierIsAPowerOfTwo() {
        for (int wrong : new int[] {1, 3, 6, -1}) {
            put32(capability(NOTIFY) + 16, wrong);
            assertRefused("notify_off_multiplier");
        }
        put32(capability(NOTIFY) + 16, 0);
        assertEquals(0, find().notifyMultiplier());
        put32(capability(NOTIFY) + 16, 1 << 31);
        assertEquals(1L << 31, find().notifyMultiplier());
    }

    @Test
    void aCapabilityMustBeLongEnough() {
        for (int type : new int[] {COMMON, NOTIFY, ISR}) {
            int at = capability(type);
            byte honest = space[at + 2];
            space[at + 2] = 12;
            assertRefused("is 12 bytes long");
            space[at + 2] = (byte) 255;
            assertRefused("is 255 bytes long");
            space[at + 2] = honest;
        }
    }

    @Test
    void aLoopIsNotFollowedForEver() {
        space[capability(SPECIFIC) + 1] = (byte) capability(COMMON);
        assertRefused("makes a loop");
    }

    @Test
    void aConfigurationSpaceOfOneValueIsRefused() {
        for (int value : new int[] {0x00, 0xff, 0x40, 0x09}) {
            Arrays.fill(space, (byte) value);
            assertThrows(MalformedDeviceException.class, this::find, () -> Integer.toHexString(value));
        }
    }
}
