// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

/** The kit finds what backends leave behind. */
@Isolated
class LeakingBackendTest {
    private final List<FileChannel> files = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void giveBack() throws IOException {
        for (FileChannel file : files) {
            file.close();
        }
        threads.forEach(Thread::interrupt);
    }

    @Test
    void honestBackendLeavesNothing() {
        Fault.of("nothing", SimProvider::new).assertFoundAlone();
    }

    @Test
    void findsThreads() {
        Fault.of(
                        "leaves a thread",
                        Faulty.device(opened -> {
                            threads.add(Thread.ofPlatform()
                                    .name("left behind")
                                    .daemon()
                                    .start(this::sleep));
                            return opened;
                        }),
                        "DA-LIFE-013")
                .assertFoundAlone();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void findsDescriptors() {
        Fault.of(
                        "leaves a descriptor",
                        Faulty.device(opened -> {
                            openFile();
                            return opened;
                        }),
                        "DA-LIFE-011")
                .assertFoundAlone();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void findsDescriptorsOfFailedOpenings() {
        Fault.of(
                        "leaves a descriptor when it fails",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public DeviceAccess open(DeviceAddress address, Options options) {
                                if (!address.locator().equals("edu")) {
                                    openFile();
                                }
                                return super.open(address, options);
                            }
                        }),
                        "DA-LIFE-014")
                .assertFoundAlone();
    }

    private void openFile() {
        try {
            files.add(FileChannel.open(Path.of("/dev/null")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sleep() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            return;
        }
    }
}
