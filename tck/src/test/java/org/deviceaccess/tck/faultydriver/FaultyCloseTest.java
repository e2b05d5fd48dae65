// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.deviceaccess.spi.error.DeviceLostException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds drivers that do not close as they should. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyCloseTest {
    private static final long LATE_NANOS = 20_000_000;

    @ParameterizedTest
    @MethodSource
    void faults(DriverFault fault) {
        fault.assertFound();
    }

    static Stream<DriverFault> faults() {
        return Stream.of(
                DriverFault.of(
                        "leaks its memory",
                        device -> new SoundDriver(device) {
                            @Override
                            void release() {
                                memory = null;
                                super.release();
                            }
                        },
                        "DA-DRV-014",
                        "DA-DRV-019",
                        "DA-DRV-025"),
                DriverFault.of(
                        "touches the device later",
                        device -> new SoundDriver(device) {
                            @Override
                            void release() {
                                super.release();
                                long until = System.nanoTime() + LATE_NANOS;
                                Thread.ofPlatform().daemon().start(() -> touch(until));
                            }

                            private void touch(long until) {
                                try {
                                    while (System.nanoTime() < until) {
                                        Thread.sleep(2);
                                        bar.write32(STATUS, 0);
                                    }
                                } catch (IllegalStateException | DeviceLostException | InterruptedException e) {
                                    return;
                                }
                            }
                        },
                        "DA-DRV-015"),
                DriverFault.of(
                        "gives memory back before it stops the device",
                        device -> new SoundDriver(device) {
                            @Override
                            void stop() {
                                if (closed) {
                                    giveBack();
                                }
                                super.stop();
                            }
                        },
                        "DA-DRV-016"),
                DriverFault.of(
                        "does not stop the device",
                        device -> new SoundDriver(device) {
                            @Override
                            void stop() {}
                        },
                        "DA-DRV-016"),
                DriverFault.of(
                        "does not wait until the device is done",
                        device -> new SoundDriver(device) {
                            @Override
                            void stop() {
                                super.stop();
                                if (closed && memory != null) {
                                    memory.memory().fill((byte) 1);
                                    copyToMemory(memory.deviceAddress());
                                }
                            }

                            private void copyToMemory(long address) {
                                bar.write32(0x80, 0x40000);
                                bar.write64(0x88, address);
                                bar.write32(0x90, 64);
                                bar.write32(DMA_COMMAND, 3);
                            }
                        },
                        "DA-DRV-017"),
                DriverFault.of(
                        "stops the device at every closing",
                        device -> new SoundDriver(device) {
                            @Override
                            public void close() {
                                super.close();
                                if (device.isOpen()) {
                                    bar.write32(STATUS, 0);
                                }
                            }
                        },
                        "DA-DRV-016",
                        "DA-DRV-018"),
                DriverFault.of(
                        "refuses a second closer while it closes",
                        device -> new SoundDriver(device) {
                            private final AtomicBoolean closing = new AtomicBoolean();

                            @Override
                            public void close() {
                                if (!closing.compareAndSet(false, true) && !closed) {
                                    throw new IllegalStateException("another thread is closing");
                                }
                                super.close();
                            }

                            @Override
                            void release() {
                                closed = false;
                                try {
                                    Thread.sleep(10);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                super.release();
                                closed = true;
                            }
                        },
                        "DA-DRV-019"),
                DriverFault.of(
                        "closes its device, too",
                        device -> new SoundDriver(device) {
                            @Override
                            void release() {
                                super.release();
                                device.close();
                            }
                        },
                        "DA-DRV-019",
                        "DA-DRV-020",
                        "DA-DRV-023",
                        "DA-DRV-024",
                        "DA-DRV-025",
                        "DA-DRV-031"),
                DriverFault.of(
                        "throws when the device was closed before",
                        device -> new SoundDriver(device) {
                            @Override
                            void release() {
                                bar.read32(0);
                                super.release();
                            }
                        },
                        "DA-DRV-022"),
                DriverFault.of(
                        "looks at its interrupt in closing, which a reset has closed",
                        device -> new SoundDriver(device) {
                            @Override
                            void stop() {
                                super.stop();
                                if (interrupts != null) {
                                    interrupts.vector(0).poll();
                                }
                            }
                        },
                        "DA-DRV-025"));
    }

    /** What is found in the whole JVM. */
    @Isolated
    static class LeftThreadTest {
        private final List<Thread> threads = new ArrayList<>();

        @AfterEach
        void end() {
            threads.forEach(Thread::interrupt);
        }

        @Test
        void soundDriverLeavesNone() {
            DriverFault.of("nothing", SoundDriver::new).assertFoundAlone();
        }

        @Test
        void findsThreads() {
            DriverFault.of(
                            "leaves a thread",
                            device -> new SoundDriver(device) {
                                @Override
                                void start() {
                                    super.start();
                                    synchronized (threads) {
                                        threads.add(Thread.ofPlatform()
                                                .name("left behind")
                                                .daemon()
                                                .start(LeftThreadTest::sleep));
                                    }
                                }
                            },
                            "DA-DRV-021")
                    .assertFoundAlone();
        }

        private static void sleep() {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
