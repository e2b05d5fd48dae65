// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PciAddressTest {
    @Test
    void readsAndWritesTheFormOfSysfs() {
        PciAddress address = PciAddress.parse("0000:3f:1e.7").orElseThrow();
        assertEquals(new PciAddress(0, 0x3f, 0x1e, 7), address);
        assertEquals("0000:3f:1e.7", address.toString());
        assertEquals(
                "10000:01:00.0", PciAddress.parse("10000:01:00.0").orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00:10.0",
                "0000:00:20.0",
                "0000:00:10.8",
                "0000:00:10",
                "0000:0:10.0",
                "0000:00:10.0 ",
                "123456789:00:10.0",
                "000g:00:10.0"
            })
    void otherFormsAreNone(String text) {
        assertTrue(PciAddress.parse(text).isEmpty());
    }

    @Test
    void partsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PciAddress(-1, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new PciAddress(0, 256, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new PciAddress(0, 0, 32, 0));
        assertThrows(IllegalArgumentException.class, () -> new PciAddress(0, 0, 0, 8));
        assertThrows(IllegalArgumentException.class, () -> new PciId(0x10000, 0, 0, 0, 0, 0));
    }

    /** The text is a part of paths in sysfs. */
    @Test
    void theTextIsTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            for (Locale locale : Locale.getAvailableLocales()) {
                Locale.setDefault(locale);
                assertEquals(
                        "0000:3a:10.7",
                        PciAddress.parse("0000:3a:10.7").orElseThrow().toString(),
                        locale::toLanguageTag);
            }
        } finally {
            Locale.setDefault(before);
        }
    }
}
