// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deviceaccess.drivers.e1000e.E1000eDriverProvider;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.network.LinkState;
import org.deviceaccess.spi.network.MacAddress;
import org.deviceaccess.spi.network.NetworkPort;
import org.deviceaccess.spi.network.NetworkStatistics;
import org.deviceaccess.spi.network.PacketBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of drivers of network ports. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyPortTest {
    private static final Duration TIMEOUT = Duration.ofMillis(100);

    @ParameterizedTest
    @MethodSource
    void faults(DriverFault fault) {
        fault.assertFound();
    }

    static Stream<DriverFault> faults() {
        return Stream.of(packets(), waiting(), outlasting()).flatMap(each -> each);
    }

    private static Stream<DriverFault> packets() {
        return Stream.of(
                port("nothing", ForwardingPort::new),
                port(
                        "has the address of a group",
                        real -> new ForwardingPort(real) {
                            @Override
                            public MacAddress mac() {
                                super.mac();
                                return MacAddress.BROADCAST;
                            }
                        },
                        "DA-NET-001"),
                port(
                        "keeps a buffer that is free",
                        real -> new ForwardingPort(real) {
                            private final PacketBatch kept = real.pool().batch(1);

                            @Override
                            public int send(PacketBatch batch) {
                                int sent = super.send(batch);
                                pool().take(kept, 1);
                                return sent;
                            }
                        },
                        "DA-NET-005"),
                port(
                        "takes packets of any length",
                        real -> new ForwardingPort(real) {
                            @Override
                            public int send(PacketBatch batch) {
                                for (int i = 0; i < batch.size(); i++) {
                                    batch.setLength(i, Math.clamp(batch.length(i), 60, maxPacketLength()));
                                }
                                return super.send(batch);
                            }
                        },
                        "DA-NET-003"),
                port(
                        "takes batches of others",
                        real -> new ForwardingPort(real) {
                            @Override
                            public int receive(PacketBatch batch) {
                                return batch.pool() == pool() ? super.receive(batch) : 0;
                            }
                        },
                        "DA-NET-004"),
                port(
                        "receives more than there is room for",
                        real -> new ForwardingPort(real) {
                            @Override
                            public int receive(PacketBatch batch) {
                                int received = super.receive(batch);
                                return batch.room() == 0 ? Math.max(1, received) : received;
                            }
                        },
                        "DA-NET-006"),
                port(
                        "makes garbage",
                        real -> new ForwardingPort(real) {
                            private byte @Nullable [] garbage;

                            @Override
                            public int receive(PacketBatch batch) {
                                garbage = new byte[16];
                                return garbage.length == 0 ? 0 : super.receive(batch);
                            }
                        },
                        "DA-NET-013"));
    }

    private static Stream<DriverFault> waiting() {
        return Stream.of(
                port(
                        "gives up early",
                        real -> new ForwardingPort(real) {
                            @Override
                            public boolean awaitPackets(Duration timeout) throws InterruptedException {
                                return super.awaitPackets(timeout.compareTo(TIMEOUT) < 0 ? Duration.ZERO : timeout);
                            }
                        },
                        "DA-NET-007"),
                port(
                        "forgets an interruption",
                        real -> new ForwardingPort(real) {
                            @Override
                            public boolean awaitPackets(Duration timeout) {
                                try {
                                    return super.awaitPackets(timeout);
                                } catch (InterruptedException e) {
                                    return false;
                                }
                            }
                        },
                        "DA-NET-008"),
                port(
                        "sleeps on when it is closed",
                        real -> new ForwardingPort(real) {
                            @Override
                            public boolean awaitPackets(Duration timeout) throws InterruptedException {
                                try {
                                    return super.awaitPackets(timeout);
                                } catch (IllegalStateException e) {
                                    Thread.sleep(Duration.ofMinutes(1));
                                    throw e;
                                }
                            }
                        },
                        "DA-NET-009",
                        "DA-NET-010",
                        "DA-NET-011",
                        "DA-NET-016"),
                port(
                        "counts on when it is closed",
                        real -> new ForwardingPort(real) {
                            @Override
                            public NetworkStatistics statistics() {
                                try {
                                    return super.statistics();
                                } catch (IllegalStateException e) {
                                    return new NetworkStatistics(0, 0, 0, 0, 0, 0);
                                }
                            }
                        },
                        "DA-NET-010"),
                port(
                        "takes a card that is gone for a cable that is out",
                        real -> new ForwardingPort(real) {
                            @Override
                            public LinkState link() {
                                try {
                                    return super.link();
                                } catch (DeviceLostException e) {
                                    return LinkState.DOWN;
                                }
                            }
                        },
                        "DA-NET-012"));
    }

    private static Stream<DriverFault> outlasting() {
        return Stream.of(
                port("waits without giving the device buffers", Draining::new, "DA-NET-014"),
                port(
                        "falls over when it is closed in use",
                        real -> new ForwardingPort(real) {
                            private volatile boolean closing;

                            @Override
                            public int receive(PacketBatch batch) {
                                if (closing) {
                                    throw new ArrayIndexOutOfBoundsException("the ring is gone");
                                }
                                return super.receive(batch);
                            }

                            @Override
                            public void close() {
                                closing = true;
                                LockSupport.parkNanos(TIMEOUT.toNanos());
                                super.close();
                                closing = false;
                            }
                        },
                        "DA-NET-016"),
                new DriverFault(
                        "never gets over a reset",
                        "sim:e1000e",
                        new EnablingOnce(new E1000eDriverProvider().withTimeout(Duration.ofMillis(500))),
                        Set.of("DA-NET-015")));
    }

    /** Whoever waits when all buffers were taken waits in vain, until packets are received again. */
    private static final class Draining extends ForwardingPort {
        private volatile boolean drained;

        Draining(NetworkPort real) {
            super(real);
        }

        @Override
        public int receive(PacketBatch batch) {
            int received = super.receive(batch);
            drained = received > 0 && pool().available() == 0;
            return received;
        }

        @Override
        public boolean awaitPackets(Duration timeout) throws InterruptedException {
            if (!drained) {
                return super.awaitPackets(timeout);
            }
            Thread.sleep(timeout);
            return false;
        }
    }

    private static DriverFault port(String name, UnaryOperator<NetworkPort> change, String... breaks) {
        return new DriverFault(
                name,
                "sim:e1000e",
                new ChangedProvider<>(
                        new E1000eDriverProvider().withTimeout(Duration.ofMillis(500)), NetworkPort.class, change),
                Set.of(breaks));
    }
}
