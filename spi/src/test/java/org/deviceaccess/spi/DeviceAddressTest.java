// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceAddressTest {
    @Test
    void readsBackendLocatorAndOptions() {
        DeviceAddress address = DeviceAddress.parse("vfio:0000:00:10.0?mode=group&limit=4");
        assertEquals("vfio", address.backend());
        assertEquals("0000:00:10.0", address.locator());
        assertEquals(Map.of("mode", "group", "limit", "4"), address.options());
    }

    @Test
    void aBarePciAddressNamesNoBackend() {
        DeviceAddress address = DeviceAddress.parse("0000:00:10.0?unsafe=true");
        assertNull(address.backend());
        assertEquals("0000:00:10.0", address.locator());
    }

    @Test
    void aBareNameIsLeftToTheConfiguration() {
        DeviceAddress address = DeviceAddress.parse("nic0");
        assertNull(address.backend());
        assertEquals("nic0", address.locator());
    }

    @Test
    void valuesArePercentDecodedAndEncodedAgain() {
        DeviceAddress address = DeviceAddress.parse("sim:edu?name=a%26b&path=/tmp/x");
        assertEquals("a&b", address.options().get("name"));
        assertEquals("sim:edu?name=a%26b&path=/tmp/x", address.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vfio:0000:00:10.0", "sim:edu?a=1&b=2", "uio:uio3", "0000:00:10.0", "nic0", "sim:edu?x="})
    void toStringIsWhatParseReads(String text) {
        assertEquals(text, DeviceAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "vfio:",
                ":edu",
                "VFIO:edu",
                "0000:00:10.8",
                "00:10.0",
                "vfio:a b",
                "sim:edu?",
                "sim:edu?a",
                "sim:edu?=1",
                "sim:edu?a=1&a=2",
                "sim:edu?a=%zz",
                "sim:../etc\n",
                "sim:edu?a b=1",
                "9p:edu"
            })
    void whatIsMalformedIsNamed(String text) {
        var error = assertThrows(InvalidAddressException.class, () -> DeviceAddress.parse(text));
        assertTrue(error.getMessage().startsWith("DA-ADDRESS-INVALID: "), error.getMessage());
        assertNotNull(error.remedy());
    }
}
