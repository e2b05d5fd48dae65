// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.deviceaccess.benchmarks.contest.Measurement;
import org.deviceaccess.drivers.e1000e.E1000eDriverProvider;
import org.deviceaccess.spi.network.NetworkPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That what is measured is done: the real driver on a card of memory, and its twin in C. */
@Timeout(60)
class PortLoopTest {
    private static final RingSize SIZE = new RingSize(1024, 4096);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 32, 256})
    void everyPacketIsSentAndReceived(int batch) {
        try (MemoryCard card = new MemoryCard(SIZE)) {
            NetworkPort port = card.answering(() -> new E1000eDriverProvider()
                    .withDescriptors(SIZE.descriptors())
                    .withBuffers(SIZE.buffers())
                    .attach(card));
            int free = port.pool().available();
            Measurement sent = new PortLoop.Sending(card, port, batch, 100).work();
            assertEquals(100L * batch, sent.operations());
            assertEquals(0, port.underWay());
            assertEquals(free, port.pool().available());
            Measurement received = new PortLoop.Receiving(card, port, batch, 100).work();
            assertEquals(100L * batch, received.operations());
            card.answering(() -> {
                port.close();
                return port;
            });
        }
    }

    @Test
    void theTwinDoesTheSame() throws IOException, InterruptedException {
        Path library = directory.resolve("librings.so");
        Process gcc = new ProcessBuilder(
                        "gcc",
                        "-O2",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-shared",
                        "-fPIC",
                        "-o",
                        library.toString(),
                        "src/main/c/rings.c")
                .inheritIO()
                .start();
        assertTrue(gcc.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, gcc.exitValue());
        try (Arena arena = Arena.ofShared()) {
            for (String function : new String[] {"transmit_batches", "receive_batches"}) {
                for (int batch : new int[] {1, 8, 32, 256}) {
                    Measurement measured = new Twin(library, function, arena, SIZE, batch, 100).work();
                    assertEquals(100L * batch, measured.operations());
                }
            }
        }
    }
}
