// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the drivers of Linux and SPDK ask of a controller that claims version 1.4 before they find a namespace. */
@Timeout(60)
class NvmeForeignDriversTest {
    private static final int GET_LOG_PAGE = 0x02;
    private static final int ALL = -1;

    /** Asserts that SUBNQN is one that Linux takes: from "nqn." on, and with an end inside of the field. */
    private static void assertSubsystemName(NvmeHost host) {
        String name = host.text(768, 256);
        assertTrue(name.startsWith("nqn.2014-08.org.nvmexpress:uuid:") && name.length() < 224, name);
    }

    /** In the order of nvme_pci_enable, nvme_init_ctrl_finish, nvme_setup_io_queues and nvme_scan_work. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "block-size=4096",
                "format=20&block-size=4096",
                "namespaces=block,zoned",
                "version=1.2",
                "version=2.0"
            })
    void linuxFindsTheNamespaces(String options) {
        try (NvmeHost host = new NvmeHost(options)) {
            assertEquals(0, host.bar.read32(0x1c));
            host.bar.write32(0x14, 0);
            host.awaitStatus(1, 0);
            host.configureAdmin();
            boolean sets = (host.bar.read32(0x04) & 1 << 11) != 0;
            int configuration = NvmeHost.CC_ENABLED & ~1 | (sets ? 6 << 4 : 0);
            host.bar.write32(0x14, configuration);
            host.bar.write32(0x14, configuration | 1);
            host.awaitStatus(1, 1);

            host.run(NvmeHost.IDENTIFY, 0, 0x01);
            boolean named = host.bar.read32(0x08) >= 0x00010300;
            if (named) {
                assertSubsystemName(host);
            }
            boolean effects = (host.data8(261) & 2) != 0;
            assertEquals(0, host.data32(92), "no notices to be asked for");
            assertEquals(1, host.data8(525) & 1);
            int namespaces = host.data32(516);
            if ((host.data32(96) & 1 << 15) != 0) {
                host.data().fill((byte) 0);
                host.run(NvmeHost.SET_FEATURES, 0, 0x16);
                host.run(NvmeHost.IDENTIFY, 1, 0x05, 0);
            }
            if (effects) {
                host.run(GET_LOG_PAGE, ALL, 0x05 | 1023 << 16);
            }
            host.run(GET_LOG_PAGE, ALL, 0x02 | 127 << 16);
            host.run(NvmeHost.GET_FEATURES, 0, 0x04);
            assertTrue(host.run(NvmeHost.SET_FEATURES, 0, 0x07, 1 | 1 << 16) >= 0x0001_0001);
            NvmeHost.Queue queue = host.createQueue(32);

            host.run(NvmeHost.IDENTIFY, 0, 0x02);
            for (int id = 1; id <= namespaces; id++) {
                assertEquals(id, host.data32(4L * (id - 1)));
            }
            assertEquals(0, host.data32(4L * namespaces));
            if (named) {
                host.run(NvmeHost.IDENTIFY, 1, 0x03);
                assertEquals(0x0801, host.data16(0), "EUI64 of 8 bytes");
            }
            if (host.bar.read32(0x08) >= 0x00020000) {
                host.run(NvmeHost.IDENTIFY, 1, 0x08);
                assertEquals(1, host.data8(14) & 1, "ready");
            }
            host.run(NvmeHost.IDENTIFY, 1, 0x00);
            assertTrue(host.data64(0) > 0);
            assertEquals(0, queue.run(NvmeHost.READ, 1, 0, 0, 0).status());
            assertEquals(List.of(), host.forbidden());
        }
    }

    /** In the order of nvme_ctrlr_process_init of SPDK. */
    @Test
    void spdkFindsTheNamespace() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            host.run(NvmeHost.IDENTIFY, 0, 0x01);
            assertSubsystemName(host);
            int eventLimit = host.data8(259) + 1;
            host.run(NvmeHost.SET_FEATURES, 0, 0x07, 0 | 0 << 16);
            assertTrue(host.run(NvmeHost.GET_FEATURES, 0, 0x07) >= 0);
            host.run(NvmeHost.IDENTIFY, 0, 0x02);
            assertEquals(1, host.data32(0));
            host.run(NvmeHost.IDENTIFY, 1, 0x00);
            assertEquals(9, host.data32(128) >>> 16);
            host.run(NvmeHost.IDENTIFY, 1, 0x03);
            int configuration = host.run(NvmeHost.GET_FEATURES, 0, 0x0b);
            host.run(NvmeHost.SET_FEATURES, 0, 0x0b, configuration | 0x1f);
            for (int i = 0; i < eventLimit; i++) {
                host.admin().submit(NvmeHost.EVENT_REQUEST, 0);
            }
            host.run(GET_LOG_PAGE, ALL, 0x01 | 63 << 16);
            host.run(GET_LOG_PAGE, ALL, 0x03 | 127 << 16);
            assertEquals(0, host.createQueue(16).run(NvmeHost.READ, 1, 0, 0, 0).status());
            assertFalse(host.admin().hasCompletion());
            assertEquals(List.of(), host.forbidden());
        }
    }

    @Test
    void aCommandIdIsUsedOnce() {
        try (NvmeHost host = NvmeHost.enabled("")) {
            NvmeHost.Queue queue = host.createQueue(8);
            host.faults.stall();
            int hung = queue.submit(0x00, 1);
            queue.reuse(hung);
            queue.submit(0x00, 1);
            NvmeHost.Completion conflict = queue.await();
            assertEquals(List.of(hung, 0x03), List.of(conflict.id(), conflict.code()));
        }
    }
}
