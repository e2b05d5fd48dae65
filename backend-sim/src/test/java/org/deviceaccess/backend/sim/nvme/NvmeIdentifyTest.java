// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the controller and its namespaces say of themselves. */
@Timeout(60)
class NvmeIdentifyTest {
    private static final int NAMESPACE = 0x00;
    private static final int CONTROLLER = 0x01;
    private static final int LIST = 0x02;
    private static final int DESCRIPTORS = 0x03;
    private static final int ALL = -1;

    private static int identify(NvmeHost host, int namespace, int structure) {
        host.data().fill((byte) 0x5a);
        return host.admin().run(NvmeHost.IDENTIFY, namespace, structure).code();
    }

    @Test
    void theControllerTellsAllThatVersion14Demands() {
        try (NvmeHost host = NvmeHost.enabled("serial=ABC-77")) {
            assertEquals(0x00010400, host.bar.read32(0x08));
            assertEquals(0, identify(host, 0, CONTROLLER));
            assertEquals(0x1b36, host.data16(0));
            assertEquals(0x1af4, host.data16(2));
            assertEquals("ABC-77", host.text(4, 20));
            assertEquals("DeviceAccess simulated NVMe", host.text(24, 40));
            assertEquals("1.0", host.text(64, 8));
            assertEquals(5, host.data8(77), "MDTS");
            assertEquals(0x00010400, host.data32(80), "VER");
            assertTrue(host.data32(84) > 0, "RTD3R");
            assertTrue(host.data32(88) > 0, "RTD3E");
            assertEquals(1, host.data8(111), "CNTRLTYPE");
            assertEquals(3, host.data8(258), "ACL");
            assertEquals(3, host.data8(259), "AERL");
            assertEquals(0x03, host.data8(260), "FRMW");
            assertEquals(0x04, host.data8(261), "LPA");
            assertEquals(3, host.data8(262), "ELPE");
            assertEquals(0, host.data8(263), "NPSS");
            assertTrue(host.data16(266) > 300 && host.data16(268) > host.data16(266), "WCTEMP, CCTEMP");
            assertEquals(0x66, host.data8(512), "SQES");
            assertEquals(0x44, host.data8(513), "CQES");
            assertEquals(1, host.data32(516), "NN");
            assertEquals(0x14, host.data16(520), "ONCS");
            assertEquals(0x07, host.data8(525), "VWC");
            String name = host.text(768, 256);
            assertTrue(name.matches("nqn\\.2014-08\\.org\\.nvmexpress:uuid:[0-9a-f-]{36}"), name);
            assertEquals(0, host.data8(1023), "SUBNQN ends with a null");
            assertTrue(host.data16(2048) > 0, "PSD0.MP");
        }
    }

    @Test
    void controllersOfDifferentSerialNumbersAreDifferentSubsystems() {
        List<String> names = new ArrayList<>();
        for (String serial : List.of("one", "two", "one")) {
            try (NvmeHost host = NvmeHost.enabled("serial=" + serial)) {
                identify(host, 0, CONTROLLER);
                names.add(host.text(768, 256));
                identify(host, 1, DESCRIPTORS);
                names.add(Long.toHexString(host.data64(4)));
            }
        }
        assertNotEquals(names.subList(0, 2), names.subList(2, 4));
        assertNotEquals(names.get(1), names.get(3));
        assertEquals(names.subList(0, 2), names.subList(4, 6));
    }

    @Test
    void aNamespaceHasItsIdentificationDescriptors() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            assertEquals(0, identify(host, 1, DESCRIPTORS));
            List<Integer> types = new ArrayList<>();
            int at = 0;
            while (host.data8(at + 1) != 0) {
                types.add(host.data8(at) << 8 | host.data8(at + 1));
                at += 4 + host.data8(at + 1);
            }
            assertEquals(List.of(0x0108, 0x0210, 0x0310), types, "EUI64, NGUID and UUID with their lengths");
            long eui64 = host.data64(4);
            long nguid = host.data64(16);
            assertEquals(0, identify(host, 1, NAMESPACE));
            assertEquals(eui64, host.data64(120));
            assertEquals(nguid, host.data64(104));
            assertNotEquals(0, eui64);
            assertEquals(0x0b, identify(host, 2, DESCRIPTORS));
            assertEquals(0x0b, identify(host, ALL, DESCRIPTORS));
            assertEquals(0x02, identify(host, 1, 0x15), "a structure that it lacks");
        }
    }

    @Test
    void severalNamespacesOfWhichSomeAreInactive() {
        try (NvmeHost host = NvmeHost.enabled("namespaces=inactive,block,inactive,block&size=1M")) {
            identify(host, 0, CONTROLLER);
            assertEquals(4, host.data32(516), "NN");
            assertEquals(0, identify(host, 0, LIST));
            assertEquals(List.of(2, 4, 0), List.of(host.data32(0), host.data32(4), host.data32(8)));
            identify(host, 2, LIST);
            assertEquals(List.of(4, 0), List.of(host.data32(0), host.data32(4)));
            assertEquals(0x0b, identify(host, ALL, LIST));
            assertEquals(0x0b, identify(host, -2, LIST));
            assertEquals(0, identify(host, 4, NAMESPACE));
            assertEquals(2048, host.data64(0));
            assertEquals(0, identify(host, 1, NAMESPACE), "valid, and inactive");
            assertEquals(-1, host.data().asSlice(0, 4096).mismatch(MemorySegment.ofArray(new byte[4096])));
            assertEquals(0x0b, identify(host, 5, NAMESPACE));
            assertEquals(0x0b, identify(host, 0, NAMESPACE));

            NvmeHost.Queue queue = host.createQueue(8);
            host.data().fill((byte) 7);
            assertEquals(0, queue.run(NvmeHost.WRITE, 2, 5, 0, 0).status());
            assertEquals(0, queue.run(NvmeHost.READ, 4, 5, 0, 0).status());
            assertEquals(0, host.data8(0), "each has blocks of its own");
            assertEquals(0, queue.run(NvmeHost.READ, 2, 5, 0, 0).status());
            assertEquals(7, host.data8(511));
            assertEquals(0x02, queue.run(NvmeHost.READ, 1, 5, 0, 0).code(), "inactive");
            assertEquals(0x0b, queue.run(NvmeHost.READ, 5, 5, 0, 0).code(), "not valid");
        }
    }

    @ParameterizedTest
    @CsvSource({"512, 0", "4096, 0", "4096, 1", "512, 15", "4096, 16", "2048, 17", "65536, 63", "8192, 37"})
    void theBlockFormatIsWhereFlbasSays(int blockSize, int format) {
        try (NvmeHost host = NvmeHost.enabled("size=1M&block-size=" + blockSize + "&format=" + format)) {
            identify(host, 0, CONTROLLER);
            assertEquals(format > 15 ? 1 << 15 : 0, host.data32(96), "CTRATT.ELBAS");
            identify(host, 1, NAMESPACE);
            assertEquals((1 << 20) / blockSize, host.data64(0));
            assertEquals(format, host.data8(25), "NLBAF");
            int flbas = host.data8(26);
            assertEquals(format, flbas & 0xf | (flbas >>> 5 & 3) << 4);
            assertEquals(0, flbas & 1 << 4, "no metadata");
            for (int i = 0; i < format; i++) {
                assertNotEquals(blockSize, 1 << (host.data32(128 + 4L * i) >>> 16), "another size: format " + i);
            }
            assertEquals(Integer.numberOfTrailingZeros(blockSize) << 16, host.data32(128 + 4L * format));
            NvmeHost.Queue queue = host.createQueue(8);
            host.data().fill((byte) 9);
            if (blockSize <= 4096) {
                assertEquals(0, queue.run(NvmeHost.WRITE, 1, 1, 0, 0).status());
                host.data().fill((byte) 1);
                assertEquals(0, queue.run(NvmeHost.READ, 1, 1, 0, 0).status());
                assertEquals(9, host.data8(blockSize - 1));
                assertTrue(blockSize == 4096 || host.data8(blockSize) == 1, "one block, and no more");
            }
            assertEquals(
                    0x80,
                    queue.run(NvmeHost.READ, 1, (1 << 20) / blockSize, 0, 0).code());
        }
    }

    @Test
    void aNamespaceWithMetadataTransfersThemBehindEachBlock() {
        try (NvmeHost host = NvmeHost.enabled("namespaces=metadata,block")) {
            identify(host, 1, NAMESPACE);
            assertEquals(1 << 4, host.data8(26) & 1 << 4);
            assertEquals(1, host.data8(27) & 1);
            assertEquals(9 << 16 | 8, host.data32(128));
            identify(host, 2, NAMESPACE);
            assertEquals(9 << 16, host.data32(128));
            NvmeHost.Queue queue = host.createQueue(8);
            host.data().fill((byte) 3);
            queue.run(NvmeHost.WRITE, 1, 0, 0, 0);
            host.data().fill((byte) 1);
            queue.run(NvmeHost.READ, 1, 0, 0, 0);
            assertEquals(3, host.data8(519));
            assertEquals(1, host.data8(520));
        }
    }

    @Test
    void aZonedNamespaceSaysSoAndIsWrittenInOrderOnly() {
        try (NvmeHost host = new NvmeHost("namespaces=zoned,block&size=1M")) {
            assertEquals(1 << 11, host.bar.read32(0x04) & 1 << 11, "CAP.CSS: further command sets");
            host.enable(NvmeHost.CC_ENABLED | 6 << 4);
            identify(host, 1, DESCRIPTORS);
            assertEquals(0x0104, host.data16(52), "type 4, length 1");
            assertEquals(2, host.data8(56), "zoned");
            identify(host, 2, DESCRIPTORS);
            assertEquals(0, host.data8(56), "the NVM command set");
            assertEquals(0, identify(host, 0, 0x1c));
            assertEquals(5, host.data64(0));
            host.run(NvmeHost.IDENTIFY, 0, 0x07, 2 << 24);
            assertEquals(List.of(1, 0), List.of(host.data32(0), host.data32(4)));
            host.run(NvmeHost.IDENTIFY, 1, 0x05, 2 << 24);
            assertEquals(256, host.data64(2816), "the length of a zone");
            NvmeHost.Queue queue = host.createQueue(8);
            assertEquals(0, queue.run(NvmeHost.WRITE, 1, 256, 0, 0).status());
            assertEquals(0x1bc, queue.run(NvmeHost.WRITE, 1, 256, 0, 0).code());
            assertEquals(0x1bc, queue.run(NvmeHost.WRITE, 1, 259, 0, 0).code());
            assertEquals(0, queue.run(NvmeHost.WRITE, 1, 257, 0, 3).status());
            assertEquals(0, queue.run(NvmeHost.READ, 1, 300, 0, 0).status());
            assertEquals(0, queue.run(NvmeHost.WRITE, 2, 256, 0, 0).status(), "the other is an ordinary one");
        }
    }

    @Test
    void withoutZonedNamespacesThereIsOneCommandSet() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            assertEquals(0, host.bar.read32(0x04) & 1 << 11);
            assertEquals(0x02, identify(host, 0, 0x1c));
            assertEquals(0x02, identify(host, 1, 0x05));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 0x00010000, 0x02, 0x02, false",
        "1.1, 0x00010100, 0x00, 0x02, false",
        "1.2, 0x00010200, 0x00, 0x02, false",
        "1.3, 0x00010300, 0x00, 0x00, true",
        "1.4, 0x00010400, 0x00, 0x00, true",
        "2.0, 0x00020000, 0x00, 0x00, true"
    })
    void aVersionHasWhatCameWithItAndNoMore(String version, String register, String list, String names, boolean nqn) {
        try (NvmeHost host = NvmeHost.enabled("version=" + version)) {
            assertEquals(Integer.decode(register), host.bar.read32(0x08));
            assertEquals(Integer.decode(list), identify(host, 0, LIST));
            assertEquals(Integer.decode(names), identify(host, 1, DESCRIPTORS));
            assertEquals(0, identify(host, 0, CONTROLLER));
            assertEquals(nqn, host.data8(768) != 0, "SUBNQN");
            assertEquals(host.bar.read32(0x08) < 0x00010200 ? 0 : Integer.decode(register), host.data32(80), "VER");
            assertEquals(host.bar.read32(0x08) < 0x00010200, host.data32(88) == 0, "RTD3E");
        }
    }

    @Test
    void version20TellsWhatItHas() {
        try (NvmeHost host = NvmeHost.enabled("version=2.0&format=20&namespaces=block,inactive")) {
            assertEquals(1 << 27, host.bar.read32(0x04) & 3 << 27, "CAP.CRMS");
            assertEquals(2, host.bar.read32(0x68), "CRTO");
            identify(host, 0, CONTROLLER);
            assertEquals(0x06, host.data8(261), "LPA");
            identify(host, 1, 0x08);
            assertEquals(1, host.data8(14), "the namespace is ready");
            identify(host, 2, 0x08);
            assertEquals(0, host.data8(14));
            assertEquals(0, identify(host, 1, 0x05));
            assertEquals(0, identify(host, 0, 0x06));
            host.run(0x02, ALL, 0x00 | 255 << 16);
            for (int id = 0; id < 256; id++) {
                boolean told = (host.data32(4L * id) & 1) != 0;
                boolean there = List.of(0, 1, 2, 3, 5, 0x12).contains(id);
                assertEquals(there, told, "log page " + id);
            }
            host.run(0x02, ALL, 0x05 | 1023 << 16);
            List<Integer> admin = new ArrayList<>();
            List<Integer> io = new ArrayList<>();
            for (int opcode = 0; opcode < 256; opcode++) {
                if (host.data32(4L * opcode) != 0) {
                    admin.add(opcode);
                }
                if (host.data32(1024 + 4L * opcode) != 0) {
                    io.add(opcode);
                }
            }
            assertEquals(List.of(0, 1, 2, 4, 5, 6, 8, 9, 10, 12), admin);
            assertEquals(List.of(0, 1, 2, 9), io);
            host.run(0x02, ALL, 0x12 | 255 << 16);
            for (int id = 0; id < 256; id++) {
                boolean told = (host.data32(4L * id) & 1) != 0;
                assertEquals((id >= 1 && id <= 11 && id != 3) || id == 0x16, told, "feature " + id);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version=1.5",
                "namespaces=",
                "namespaces=block,",
                "namespaces=disk",
                "block-size=256",
                "block-size=1000",
                "block-size=128K",
                "format=64",
                "format=-1",
                "io-queues=0",
                "io-queues=17",
                "completions=random",
                "predecessor=evil",
                "serial=",
                "serial=0123456789012345678901"
            })
    void optionsOutOfBoundsAreRefused(String option) {
        InvalidOptionException thrown =
                assertThrows(InvalidOptionException.class, () -> Devices.open("sim:nvme?" + option));
        assertFalse(thrown.getMessage().isEmpty());
    }
}
