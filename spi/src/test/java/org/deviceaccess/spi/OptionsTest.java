// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.deviceaccess.spi.error.UnknownOptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static final OptionKey<Boolean> FLAG = OptionKey.flag("fast", "go fast", false);
    private static final OptionKey<TrustLevel> CHOICE = OptionKey.choice("trust", "how much", TrustLevel.IOMMU);
    private static final OptionKey<Long> NUMBER = OptionKey.number("bits", "address bits", 1, 64, 28);
    private static final OptionKey<Long> SIZE = OptionKey.size("size", "of the disk", "64M");
    private static final List<OptionKey<?>> ALL = List.of(FLAG, CHOICE, NUMBER, SIZE);

    private static Options options(Map<String, String> values) {
        return Options.of("sim", ALL, values);
    }

    @Test
    void whatIsNotSaidHasItsDefault() {
        Options none = options(Map.of());
        assertEquals(false, none.get(FLAG));
        assertEquals(TrustLevel.IOMMU, none.get(CHOICE));
        assertEquals(28L, none.get(NUMBER));
        assertEquals(64L << 20, none.get(SIZE));
    }

    @Test
    void whatIsSaidIsRead() {
        Options said = options(Map.of("fast", "true", "trust", "no-dma", "bits", "0x20", "size", "2g"));
        assertEquals(true, said.get(FLAG));
        assertEquals(TrustLevel.NO_DMA, said.get(CHOICE));
        assertEquals(32L, said.get(NUMBER));
        assertEquals(2L << 30, said.get(SIZE));
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        var error = assertThrows(UnknownOptionException.class, () -> options(Map.of("fsat", "true")));
        assertTrue(error.getMessage().contains("'fsat'"), error.getMessage());
        assertTrue(error.getMessage().contains("bits, fast, size, trust"), error.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "fast, yes",
        "trust, none",
        "bits, 0",
        "bits, 65",
        "bits, many",
        "size, -1",
        "size, 1T",
        "size, ''",
        "size, 99999999999G"
    })
    void aMalformedValueIsRefusedWithItsForm(String name, String value) {
        var error = assertThrows(InvalidOptionException.class, () -> options(Map.of(name, value)));
        assertTrue(error.getMessage().contains(name + "=" + value), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("Write " + name + "="), error.getMessage());
    }
}
