// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.util.stream.Stream;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.probe.ForwardingRegisters;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of register access. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyRegisterTest {
    private static final long LIVENESS = 0x04;
    private static final long RAISE = 0x60;
    private static final long ACKNOWLEDGE = 0x64;

    @ParameterizedTest
    @MethodSource
    void faults(Fault fault) {
        fault.assertFound();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.of("drops a write now and then", Faulty.bar0(Dropping::new), "DA-REGION-014"),
                Fault.of(
                        "repeats writes",
                        Faulty.bar0(real -> new ForwardingRegisters(real) {
                            @Override
                            public void write(long offset, AccessWidth width, long value) {
                                super.write(offset, width, value);
                                if (offset == RAISE) {
                                    super.write(offset, width, value);
                                }
                            }
                        }),
                        "DA-REGION-015",
                        "DA-INT-009",
                        "DA-INT-026"),
                Fault.of("merges adjacent writes", Faulty.bar0(Merging::new), "DA-REGION-016"),
                Fault.of(
                        "allocates when it reads",
                        Faulty.bar0(real -> new ForwardingRegisters(real) {
                            private volatile Object last = "";

                            @Override
                            public long read(long offset, AccessWidth width) {
                                last = new long[] {offset};
                                return super.read(offset, width);
                            }

                            @Override
                            public String toString() {
                                return last.toString();
                            }
                        }),
                        "DA-REGION-017"),
                Fault.of(
                        "allocates when it reads configuration space",
                        Faulty.region(RegionId.CONFIG, real -> new ForwardingRegisters(real) {
                            private volatile Object last = "";

                            @Override
                            public long read(long offset, AccessWidth width) {
                                last = new long[] {offset};
                                return super.read(offset, width);
                            }

                            @Override
                            public String toString() {
                                return last.toString();
                            }
                        }),
                        "DA-CONFIG-013"),
                Fault.of(
                        "has a loop in its capability list",
                        Faulty.region(RegionId.CONFIG, real -> new ForwardingRegisters(real) {
                            @Override
                            public long read(long offset, AccessWidth width) {
                                long first = super.read(PciHeader.CAPABILITY_LIST, AccessWidth.BITS_8);
                                return offset == first + 1 && width == AccessWidth.BITS_8
                                        ? first
                                        : super.read(offset, width);
                            }
                        }),
                        "DA-CONFIG-007",
                        "DA-CONFIG-008"),
                Fault.of(
                        "reads zero with memory decoding off",
                        Faulty.bar0(real -> new ForwardingRegisters(real) {
                            @Override
                            public long read(long offset, AccessWidth width) {
                                try {
                                    return super.read(offset, width);
                                } catch (DeviceLostException e) {
                                    return 0;
                                }
                            }
                        }),
                        "DA-CONFIG-011"),
                Fault.of(
                        "reads another subsystem id in 16 bits than in 32",
                        Faulty.region(RegionId.CONFIG, real -> new ForwardingRegisters(real) {
                            @Override
                            public long read(long offset, AccessWidth width) {
                                long value = super.read(offset, width);
                                return width == AccessWidth.BITS_16 && offset == PciHeader.SUBSYSTEM_ID
                                        ? value ^ 1
                                        : value;
                            }
                        }),
                        "DA-CONFIG-001",
                        "DA-CONFIG-003"),
                Fault.of(
                        "lets its identity be overwritten",
                        Faulty.region(RegionId.CONFIG, real -> new ForwardingRegisters(real) {
                            private long device = -1;

                            @Override
                            public void write(long offset, AccessWidth width, long value) {
                                if (offset == PciHeader.DEVICE_ID) {
                                    device = value & 0xffff;
                                }
                                super.write(offset, width, value);
                            }

                            @Override
                            public long read(long offset, AccessWidth width) {
                                return offset == PciHeader.DEVICE_ID && device >= 0
                                        ? device
                                        : super.read(offset, width);
                            }
                        }),
                        "DA-CONFIG-006"),
                Fault.of(
                        "always says that bus mastering is on",
                        Faulty.region(RegionId.CONFIG, real -> new ForwardingRegisters(real) {
                            @Override
                            public long read(long offset, AccessWidth width) {
                                long value = super.read(offset, width);
                                return offset == PciHeader.COMMAND ? value | PciHeader.COMMAND_MASTER : value;
                            }
                        }),
                        "DA-DMA-024",
                        "DA-RESET-004"));
    }

    private static final class Dropping extends ForwardingRegisters {
        private int writes;

        Dropping(Region real) {
            super(real);
        }

        @Override
        public void write(long offset, AccessWidth width, long value) {
            if (offset != LIVENESS || ++writes % 7 != 0) {
                super.write(offset, width, value);
            }
        }
    }

    /** Joins two adjacent 32-bit writes into one of 64 bits, which the device ignores. */
    private static final class Merging extends ForwardingRegisters {
        private boolean pending;
        private long pendingValue;

        Merging(Region real) {
            super(real);
        }

        @Override
        public synchronized void write(long offset, AccessWidth width, long value) {
            if (pending && offset == ACKNOWLEDGE) {
                pending = false;
                super.write(RAISE, AccessWidth.BITS_64, value << 32 | pendingValue);
                return;
            }
            flush();
            if (offset == RAISE) {
                pending = true;
                pendingValue = value;
            } else {
                super.write(offset, width, value);
            }
        }

        @Override
        public synchronized long read(long offset, AccessWidth width) {
            flush();
            return super.read(offset, width);
        }

        private void flush() {
            if (pending) {
                pending = false;
                super.write(RAISE, AccessWidth.BITS_32, pendingValue);
            }
        }
    }
}
