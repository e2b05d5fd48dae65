// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.tck.probe.ForwardingDma;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of DMA. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyDmaTest {
    private static final long HIGH = 1L << 32;

    @ParameterizedTest
    @MethodSource
    void faults(Fault fault) {
        fault.assertFound();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.of(
                        "says that it reaches everybody's buffers",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public boolean reaches(DmaBuffer buffer) {
                                return true;
                            }
                        }),
                        "DA-DMA-032"),
                Fault.of(
                        "gives memory that is not zeroed",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                DmaBuffer buffer = super.allocate(size, constraints);
                                buffer.memory().asSlice(size - 1).fill((byte) 1);
                                return buffer;
                            }
                        }),
                        "DA-DMA-003"),
                Fault.of(
                        "gives addresses above the device's bits",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                DmaBuffer buffer = super.allocate(size, constraints);
                                return constraints.addressBits() == 24 ? new Moved(buffer, HIGH) : buffer;
                            }
                        }),
                        "DA-DMA-005"),
                Fault.of(
                        "takes the lowest addresses first",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                for (int bits = 13; bits < constraints.addressBits(); bits++) {
                                    try {
                                        return super.allocate(size, withBits(constraints, bits));
                                    } catch (DmaConstraintException | DmaAddressSpaceExhaustedException e) {
                                        // The next bit doubles what there is.
                                    }
                                }
                                return super.allocate(size, constraints);
                            }

                            private DmaConstraints withBits(DmaConstraints constraints, int bits) {
                                return new DmaConstraints(
                                        bits,
                                        constraints.alignment(),
                                        constraints.boundary(),
                                        constraints.maxSegments(),
                                        constraints.maxSegmentLength(),
                                        constraints.direction());
                            }
                        }),
                        "DA-DMA-033"),
                Fault.of(
                        "ignores alignment",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return super.allocate(size, constraints.withAlignment(1));
                            }
                        }),
                        "DA-DMA-006"),
                Fault.of(
                        "ignores boundaries",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return super.allocate(size, constraints.withBoundary(0));
                            }
                        }),
                        "DA-DMA-007",
                        "DA-DMA-012"),
                Fault.of(
                        "has segments that leave a byte out",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return new Moved(super.allocate(size, constraints), 0) {
                                    @Override
                                    public List<DmaSegment> segments() {
                                        return super.segments().stream()
                                                .map(s -> new DmaSegment(
                                                        s.offset(), s.deviceAddress(), Math.max(1, s.length() - 1)))
                                                .toList();
                                    }
                                };
                            }
                        }),
                        "DA-DMA-008"),
                Fault.of(
                        "maps the same device address twice",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            private final AtomicReference<Long> first = new AtomicReference<>();

                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                DmaBuffer buffer = super.allocate(size, constraints);
                                if (size > 3 * 4096) {
                                    first.compareAndSet(null, buffer.deviceAddress());
                                }
                                if (size != 3 * 4096 || !constraints.equals(DmaConstraints.NONE)) {
                                    return buffer;
                                }
                                Long other = first.getAndSet(null);
                                return other == null ? buffer : new Moved(buffer, other - buffer.deviceAddress());
                            }
                        }),
                        "DA-DMA-013"),
                Fault.of(
                        "maps memory of one thread",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
                                boolean shared = memory.isAccessibleBy(new Thread(() -> {}));
                                return super.map(
                                        shared ? memory : Arena.ofAuto().allocate(memory.byteSize(), 4096),
                                        constraints);
                            }
                        }),
                        "DA-DMA-031"),
                Fault.of(
                        "answers for offsets outside of a buffer",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return new Buffer(super.allocate(size, constraints)) {
                                    @Override
                                    public long deviceAddress(long offset) {
                                        return deviceAddress() + offset;
                                    }
                                };
                            }
                        }),
                        "DA-DMA-009"),
                Fault.of(
                        "allocates nothing where it is asked for nothing",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return super.allocate(size == 0 ? 1 : size, constraints);
                            }
                        }),
                        "DA-DMA-010"),
                Fault.of(
                        "runs out of memory on absurd sizes",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                if (size > 1L << 40) {
                                    throw new IllegalArgumentException("too much");
                                }
                                return super.allocate(size, constraints);
                            }
                        }),
                        "DA-DMA-011"),
                Fault.of(
                        "does not close buffers",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return new Buffer(super.allocate(size, constraints)) {
                                    @Override
                                    public void close() {
                                        super.size();
                                    }
                                };
                            }
                        }),
                        "DA-DMA-016",
                        "DA-THREAD-005"),
                Fault.of(
                        "forgets the direction",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return super.allocate(size, constraints.withDirection(DmaDirection.BIDIRECTIONAL));
                            }
                        }),
                        "DA-DMA-017",
                        "DA-DMA-030"),
                Fault.of(
                        "maps a copy of the caller's memory",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
                                super.map(memory, constraints).close();
                                DmaBuffer copy = super.allocate(memory.byteSize(), constraints);
                                copy.memory().copyFrom(memory);
                                return copy;
                            }
                        }),
                        "DA-DMA-018",
                        "DA-DMA-022"),
                Fault.of(
                        "maps memory that ends inside of a page",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
                                long page = limits().pageSize();
                                return super.map(
                                        memory.byteSize() > page
                                                ? memory.asSlice(0, memory.byteSize() & -page)
                                                : memory,
                                        constraints);
                            }
                        }),
                        "DA-DMA-019"),
                Fault.of(
                        "leaves memory mapped that is closed",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer map(MemorySegment memory, DmaConstraints constraints) {
                                return new StillMapped(super.map(memory, constraints));
                            }
                        }),
                        "DA-DMA-029"),
                Fault.of(
                        "allocates when it is asked for an address",
                        Faulty.dma(dma -> new ForwardingDma(dma) {
                            @Override
                            public DmaBuffer allocate(long size, DmaConstraints constraints) {
                                return new Buffer(super.allocate(size, constraints)) {
                                    private volatile Object last = "";

                                    @Override
                                    public long deviceAddress() {
                                        last = new long[1];
                                        return super.deviceAddress();
                                    }

                                    @Override
                                    public String toString() {
                                        return last.toString();
                                    }
                                };
                            }
                        }),
                        "DA-DMA-025"));
    }

    /** A buffer that says it is elsewhere. */
    private static class Moved extends ForwardingDma.Buffer {
        private final long by;

        Moved(DmaBuffer real, long by) {
            super(real);
            this.by = by;
        }

        @Override
        public List<DmaSegment> segments() {
            return super.segments().stream()
                    .map(s -> new DmaSegment(s.offset(), s.deviceAddress() + by, s.length()))
                    .toList();
        }

        @Override
        public long deviceAddress() {
            return super.deviceAddress() + by;
        }

        @Override
        public long deviceAddress(long offset) {
            return super.deviceAddress(offset) + by;
        }
    }

    /** A buffer whose close the caller sees and the device does not. */
    private static final class StillMapped extends ForwardingDma.Buffer {
        private volatile boolean closed;

        StillMapped(DmaBuffer real) {
            super(real);
        }

        @Override
        public long deviceAddress() {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            return super.deviceAddress();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
