// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deviceaccess.drivers.nvme.NvmeDriverProvider;
import org.deviceaccess.drivers.virtio.VirtioBlockDriverProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.DriverClaims;
import org.deviceaccess.spi.block.BlockCompletion;
import org.deviceaccess.spi.block.BlockDevice;
import org.deviceaccess.spi.block.BlockQueue;
import org.deviceaccess.spi.block.BlockStatus;
import org.deviceaccess.spi.block.Waiting;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.ReadOnlyException;
import org.deviceaccess.tck.kit.ForeignBuffer;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds drivers that forget whose a device, a buffer or a command is. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyOwnershipTest {
    @ParameterizedTest
    @MethodSource
    void faults(DriverFault fault) {
        fault.assertFound();
    }

    static Stream<DriverFault> faults() {
        return Stream.of(devices(), buffers(), reports()).flatMap(each -> each);
    }

    private static Stream<DriverFault> devices() {
        return Stream.of(
                DriverFault.of(
                        "claims nothing",
                        new SoundProvider(SoundDriver::new) {
                            @Override
                            public Driver attach(DeviceAccess device) {
                                return super.attach(new ForwardingDevice(device) {
                                    @Override
                                    public DriverClaim claim(String driver) {
                                        return new DriverClaims(address()).claim(driver);
                                    }
                                });
                            }
                        },
                        "DA-DRV-031"),
                DriverFault.of(
                        "looks at the device before it claims it",
                        new SoundProvider(SoundDriver::new) {
                            @Override
                            public Driver attach(DeviceAccess device) {
                                new SoundDriver(device).identify();
                                return super.attach(device);
                            }
                        },
                        "DA-DRV-031"),
                DriverFault.of(
                        "keeps its claim when attaching fails",
                        new SoundProvider(SoundDriver::new) {
                            @Override
                            public Driver attach(DeviceAccess device) {
                                SoundDriver attached = new SoundDriver(device);
                                attached.claim = device.claim(name());
                                attached.attach();
                                return attached;
                            }
                        },
                        "DA-DRV-011",
                        "DA-DRV-012",
                        "DA-DRV-032"));
    }

    private static Stream<DriverFault> buffers() {
        return Stream.of(
                nvme(
                        "copies to the buffers of others",
                        "latency=100",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
                                if (!(buffer instanceof ForeignBuffer)) {
                                    super.read(lba, blocks, buffer, offset);
                                    return;
                                }
                                try (DmaBuffer own = real.allocate(buffer.size())) {
                                    super.read(lba, blocks, own, offset);
                                    MemorySegment.copy(
                                            own.memory(),
                                            offset,
                                            buffer.memory(),
                                            offset,
                                            (long) blocks * geometry().blockSize());
                                }
                            }
                        },
                        "DA-BLOCK-014"),
                nvme("lets a caller go as soon as it is closed", "latency=2000", LeavingEarly::new, "DA-BLOCK-015"),
                virtio(
                        "lets a read-only disk refuse",
                        "read-only=true",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void write(long lba, int blocks, DmaBuffer buffer, long offset) {
                                try {
                                    super.write(lba, blocks, buffer, offset);
                                } catch (ReadOnlyException e) {
                                    throw new CommandFailedException(Failure.during("write")
                                            .because("the device answered: input or output error")
                                            .remedy("Try again"));
                                }
                            }
                        },
                        "DA-BLOCK-016"),
                virtio(
                        "trims no more than one command can",
                        "max-discard-sectors=100",
                        real -> new ForwardingDisk(real) {
                            @Override
                            public void trim(long lba, long blocks) {
                                if (blocks > geometry().maxTrimBlocks()
                                        && lba + blocks <= geometry().blockCount()) {
                                    throw new IllegalArgumentException("more than one command can trim");
                                }
                                super.trim(lba, blocks);
                            }
                        },
                        "DA-BLOCK-021"));
    }

    private static Stream<DriverFault> reports() {
        return Stream.of(
                queue(
                        "sleeps with nothing under way",
                        real -> new ForwardingQueue(real) {
                            @Override
                            public int await(Duration timeout, BlockCompletion completion) throws InterruptedException {
                                if (underWay() == 0) {
                                    Thread.sleep(timeout);
                                }
                                return super.await(timeout, completion);
                            }
                        },
                        "DA-BLOCK-017"),
                queue(
                        "forgets what a completion that throws was not told of",
                        real -> new ForwardingQueue(real) {
                            @Override
                            public int poll(BlockCompletion completion) {
                                if (underWay() < 2) {
                                    return super.poll(completion);
                                }
                                List<Runnable> ended = new ArrayList<>();
                                while (underWay() > 0) {
                                    super.poll((token, status, code) ->
                                            ended.add(() -> completion.completed(token, status, code)));
                                }
                                ended.forEach(Runnable::run);
                                return ended.size();
                            }
                        },
                        "DA-BLOCK-018"),
                queue(
                        "reports what completions submit, too",
                        real -> new ForwardingQueue(real) {
                            @Override
                            public int await(Duration timeout, BlockCompletion completion) throws InterruptedException {
                                int reported = 0;
                                while (underWay() > 0) {
                                    reported += super.await(timeout, completion);
                                }
                                return reported;
                            }
                        },
                        "DA-BLOCK-019"),
                queue(
                        "never gets over a reset",
                        real -> new ForwardingQueue(real) {
                            private boolean aborted;

                            @Override
                            public int await(Duration timeout, BlockCompletion completion) throws InterruptedException {
                                return super.await(timeout, (token, status, code) -> {
                                    aborted |= status == BlockStatus.ABORTED;
                                    completion.completed(token, aborted ? BlockStatus.ABORTED : status, code);
                                });
                            }
                        },
                        "DA-BLOCK-020"));
    }

    /** Reads in another thread, which the caller leaves alone with the buffer when the driver is closed. */
    private static final class LeavingEarly extends ForwardingDisk {
        private volatile boolean closed;

        LeavingEarly(BlockDevice real) {
            super(real);
        }

        @Override
        public void read(long lba, int blocks, DmaBuffer buffer, long offset) {
            List<RuntimeException> thrown = new ArrayList<>();
            Thread reading = Thread.ofPlatform().daemon().start(() -> {
                try {
                    super.read(lba, blocks, buffer, offset);
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            });
            while (reading.isAlive() && !closed) {
                Thread.onSpinWait();
            }
            if (closed) {
                throw new IllegalStateException("the driver is closed");
            }
            if (!thrown.isEmpty()) {
                throw thrown.getFirst();
            }
        }

        @Override
        public void close() {
            closed = true;
            try {
                Thread.sleep(3);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.close();
        }
    }

    private static DriverFault queue(String name, UnaryOperator<BlockQueue> change, String... breaks) {
        return nvme(
                name,
                "latency=200",
                real -> new ForwardingDisk(real) {
                    @Override
                    public BlockQueue openQueue(int depth, Waiting waiting) {
                        return change.apply(super.openQueue(depth, waiting));
                    }
                },
                breaks);
    }

    private static DriverFault nvme(String name, String options, UnaryOperator<BlockDevice> change, String... breaks) {
        return disk(name, "sim:nvme?size=1M&" + options, new NvmeDriverProvider(), change, breaks);
    }

    private static DriverFault virtio(
            String name, String options, UnaryOperator<BlockDevice> change, String... breaks) {
        return disk(name, "sim:virtio-blk?size=1M&" + options, new VirtioBlockDriverProvider(), change, breaks);
    }

    private static DriverFault disk(
            String name, String address, DriverProvider provider, UnaryOperator<BlockDevice> change, String... breaks) {
        return new DriverFault(
                name, address, new ChangedProvider<>(provider, BlockDevice.class, change), Set.of(breaks));
    }
}
