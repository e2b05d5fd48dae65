// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deviceaccess.drivers.nvme.NvmeDriverProvider;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of drivers of block devices. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyDiskTest {
    @ParameterizedTest
    @MethodSource
    void faults(DriverFault fault) {
        fault.assertFound();
    }

    static Stream<DriverFault> faults() {
        return Stream.concat(operations(), queues());
    }

    private static Stream<DriverFault> operations() {
        return Stream.of(
                disk("nothing", ForwardingDisk::new),
                disk("nothing, and has no queue to be opened", WithoutQueues::new),
                disk(
                        "changes its geometry",
                        real -> new ForwardingDisk(real) {
                            private final AtomicInteger calls = new AtomicInteger();

                            @Override
                            public BlockGeometry geometry() {
                                return changed(
                                        super.geometry(),
                                        1 + calls.getAndIncrement() % 2,
                                        super.geometry().maxQueues());
                            }
                        },
                        "DA-BLOCK-001"),
                disk(
                        "reads a byte wrongly",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                super.read(lba, blocks, buffer, offset);
                                if (blocks > 1) {
                                    long last =
                                            offset + (long) blocks * geometry().blockSize() - 1;
                                    byte honest = buffer.memory().get(ValueLayout.JAVA_BYTE, last);
                                    buffer.memory().set(ValueLayout.JAVA_BYTE, last, (byte) (honest + 1));
                                }
                            }
                        },
                        "DA-BLOCK-002"),
                disk(
                        "takes the nearest block for one that is not there",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                super.read(Math.clamp(lba, 0, geometry().blockCount() - 1), blocks, buffer, offset);
                            }
                        },
                        "DA-BLOCK-003"),
                disk(
                        "rounds offsets",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                super.read(lba, blocks, buffer, offset & ~3);
                            }
                        },
                        "DA-BLOCK-004"),
                disk(
                        "reads a block for none",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                super.read(lba, blocks == 0 ? 1 : blocks, buffer, offset);
                            }
                        },
                        "DA-BLOCK-005"),
                disk(
                        "cannot trim as it says",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void trim(long lba, long blocks) {
                                throw new UnsupportedCapabilityException(SoundDriver.failure("it has no trim"));
                            }
                        },
                        "DA-BLOCK-006",
                        "DA-BLOCK-021"),
                disk(
                        "forgets an interruption",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                super.read(lba, blocks, buffer, offset);
                                Thread.interrupted();
                            }
                        },
                        "DA-BLOCK-007"),
                disk(
                        "reads nothing when it is closed",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                try {
                                    super.read(lba, blocks, buffer, offset);
                                } catch (IllegalStateException e) {
                                    return;
                                }
                            }
                        },
                        "DA-BLOCK-010",
                        "DA-BLOCK-011"),
                disk(
                        "takes a device that is gone for a faulty one",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                try {
                                    super.read(lba, blocks, buffer, offset);
                                } catch (DeviceLostException e) {
                                    throw new DeviceFaultException(
                                            SoundDriver.failure("it is strange").cause(e));
                                }
                            }
                        },
                        "DA-BLOCK-012"));
    }

    private static Stream<DriverFault> queues() {
        return Stream.of(
                queue(
                        "reports commands twice",
                        real -> new ForwardingQueue(real) {
                            @Override
                            public int await(Duration timeout, BlockCompletion completion) throws InterruptedException {
                                return super.await(timeout, (token, status, deviceStatus) -> {
                                    completion.completed(token, status, deviceStatus);
                                    completion.completed(token, status, deviceStatus);
                                });
                            }
                        },
                        "DA-BLOCK-008",
                        "DA-BLOCK-019"),
                queue(
                        "drops what it has no room for",
                        real -> new ForwardingQueue(real) {
                            @Override
                            public boolean submitRead(long lba, int blocks, DmaBuffer buffer, long offset, long token) {
                                super.submitRead(lba, blocks, buffer, offset, token);
                                return true;
                            }
                        },
                        "DA-BLOCK-009"),
                queue(
                        "makes garbage",
                        real -> new ForwardingQueue(real) {
                            private byte @Nullable [] garbage;

                            @Override
                            public void start() {
                                garbage = new byte[16];
                                if (garbage.length > 0) {
                                    super.start();
                                }
                            }
                        },
                        "DA-BLOCK-013"));
    }

    private static DriverFault queue(String name, UnaryOperator<BlockQueue> change, String... breaks) {
        return disk(
                name,
                real -> new ForwardingDisk(real) {
                    @Override
                    public BlockQueue openQueue(int depth, Waiting waiting) {
                        return change.apply(super.openQueue(depth, waiting));
                    }
                },
                breaks);
    }

    private static DriverFault disk(String name, UnaryOperator<BlockDevice> change, String... breaks) {
        return new DriverFault(
                name,
                "sim:nvme?size=1M",
                new ChangedProvider<>(new NvmeDriverProvider(), BlockDevice.class, change),
                Set.of(breaks));
    }

    private static BlockGeometry changed(BlockGeometry real, int maxTransferBlocks, int maxQueues) {
        return new BlockGeometry(
                real.blockSize(),
                real.blockCount(),
                maxTransferBlocks,
                real.maxTrimBlocks(),
                real.readOnly(),
                real.writeCache(),
                maxQueues,
                real.maxQueueDepth());
    }

    /** A disk for synchronous operations only, as a driver with one queue may be. */
    private static final class WithoutQueues extends ForwardingDisk {
        WithoutQueues(BlockDevice real) {
            super(real);
        }

        @Override
        public BlockGeometry geometry() {
            return changed(super.geometry(), super.geometry().maxTransferBlocks(), 0);
        }

        @Override
        public BlockQueue openQueue(int depth, Waiting waiting) {
            super.openQueue(depth, waiting).close(); // whoever uses a closed disk hears that first
            throw new DeviceBusyException(SoundDriver.failure("it has no queue to be opened"));
        }
    }
}
