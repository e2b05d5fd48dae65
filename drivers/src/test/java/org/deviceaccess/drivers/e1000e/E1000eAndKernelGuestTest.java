// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.e1000e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.deviceaccess.drivers.network.Flows;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.PacketBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver at one end of a cable at whose other end are the kernel's own e1000e and the kernel's stack. */
@Timeout(120)
@Tag("guest")
@Tag("vfio")
class E1000eAndKernelGuestTest {
    private static final GuestFunction KERNELS = new GuestFunction("0000:00:14.0");
    private static final MacAddress KERNEL_MAC = MacAddress.parse("52:54:00:00:00:14");
    private static final String KERNEL_ADDRESS = "10.0.0.2";
    private static final String OUR_ADDRESS = "10.0.0.1";
    private static final int KERNEL = 0x0a000002;
    private static final int WE = 0x0a000001;
    private static final int MOST = 1500 - 20 - 8; // what a message of 1,500 bytes carries

    private DeviceAccess device;
    private NetworkPort port;
    private Echo echo;

    @BeforeEach
    void open() throws Exception {
        KERNELS.bind("e1000e");
        run("busybox", "ifconfig", KERNELS.networkInterface(), KERNEL_ADDRESS, "netmask", "255.255.255.0", "up");
        device = Devices.open("vfio:0000:00:13.0");
        port = new E1000eDriverProvider().withTimeout(Duration.ofSeconds(30)).attach(device);
        echo = new Echo(port.mac(), WE);
    }

    @AfterEach
    void close() throws IOException {
        if (port != null) {
            port.close();
        }
        if (device != null) {
            device.close();
        }
        KERNELS.bind("vfio-pci");
    }

    @Test
    void theKernelAnswersUs() throws InterruptedException {
        PacketBatch batch = port.pool().batch(1);
        // The kernel's side takes seconds to see its link.
        boolean known = false;
        for (int tries = 0; !known && tries < 100; tries++) {
            port.pool().take(batch, 1);
            batch.setLength(0, echo.arpRequest(batch.memory(0), KERNEL));
            port.send(batch);
            known = await(batch, _ -> echo.isArpReply(batch.memory(0), KERNEL_MAC, KERNEL), Duration.ofMillis(200));
            batch.giveBack();
        }
        assertTrue(known, "the kernel tells its address");
        int[] sizes = {0, 1, 17, 18, 19, 56, 333, 1024, MOST - 1, MOST};
        for (int sequence = 0; sequence < sizes.length; sequence++) {
            port.pool().take(batch, 1);
            batch.setLength(0, echo.echoRequest(batch.memory(0), KERNEL_MAC, KERNEL, sequence, sizes[sequence]));
            port.send(batch);
            assertTrue(
                    await(batch, _ -> echo.isEchoReply(batch.memory(0)), Flows.LONG),
                    "an echo of " + sizes[sequence] + " bytes");
            echo.assertEchoReply(batch.memory(0), batch.length(0), KERNEL_MAC, KERNEL, sequence, sizes[sequence]);
            batch.giveBack();
        }
    }

    /** Receives until a packet is the one that is looked for, which the batch then holds. */
    private boolean await(PacketBatch batch, IntPredicate wanted, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        while (port.awaitPackets(limit.minusNanos(System.nanoTime() - start))) {
            port.receive(batch);
            if (wanted.test(batch.length(0))) {
                return true;
            }
            batch.giveBack();
        }
        return false;
    }

    @Test
    void weAnswerTheKernel() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Integer> answering = threads.submit(() -> answer(done));
            try {
                awaitFirstAnswer();
                for (int size : new int[] {0, 1, 777, MOST}) {
                    String said = run("busybox", "ping", "-A", "-c", "4", "-W", "30", "-s", "" + size, OUR_ADDRESS);
                    assertTrue(said.contains("4 packets transmitted, 4 packets received, 0% packet loss"), said);
                }
            } finally {
                done.set(true);
            }
            int answers = answering.get();
            assertTrue(answers >= 17 + 1, "pings and at least one question for the address: " + answers);
        }
    }

    /** The kernel's side takes seconds to see its link, and drops what it is to send until then. */
    private static void awaitFirstAnswer() throws IOException, InterruptedException {
        List<String> ping = List.of("busybox", "ping", "-c", "1", "-W", "2", OUR_ADDRESS);
        for (int tries = 0; tries < 30; tries++) {
            Process process = new ProcessBuilder(ping)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() == 0) {
                return;
            }
            Thread.sleep(500);
        }
        throw new AssertionError("the kernel got no answer to any ping");
    }

    private int answer(AtomicBoolean done) throws InterruptedException {
        PacketBatch batch = port.pool().batch(1);
        int answers = 0;
        while (!done.get()) {
            if (port.awaitPackets(Duration.ofMillis(100))) {
                port.receive(batch);
                int length = echo.answer(batch.memory(0), batch.length(0));
                if (length > 0) {
                    batch.setLength(0, length);
                    answers += port.send(batch);
                }
                batch.giveBack();
            }
        }
        return answers;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + said);
        return said;
    }
}
