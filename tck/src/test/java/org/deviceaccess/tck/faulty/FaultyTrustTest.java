// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.Exclusion;
import org.deviceaccess.tck.probe.ForwardingInterrupts;
import org.deviceaccess.tck.probe.ForwardingRegisters;
import org.deviceaccess.tck.report.Outcome;
import org.deviceaccess.tck.report.TckReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds devices that are said to do no DMA and can. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyTrustTest {
    private static final int MASTER = PciHeader.COMMAND_MASTER;

    @Test
    void aDeviceThatIsKeptFromTheBusConforms() {
        List<Exclusion> leftovers = Stream.of("DA-LIFE-011", "DA-LIFE-012", "DA-LIFE-013", "DA-LIFE-014")
                .map(id -> new Exclusion(id, "several runs at a time", "https://example.org/"))
                .toList();
        TckReport report = Fault.run(NoDmaDevice.backend(NoDmaDevice::new).get(), leftovers);
        assertEquals(Set.of(), report.ids(Outcome.FAILED));
        assertTrue(report.ids(Outcome.PASSED).containsAll(Set.of("DA-IDENT-010", "DA-IDENT-011")));
    }

    @ParameterizedTest
    @MethodSource
    void faults(Fault fault) {
        fault.assertFound();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.of(
                        "leaves bus mastering on that was on",
                        NoDmaDevice.backend(opened -> {
                            Region config = opened.region(RegionId.CONFIG);
                            config.write16(PciHeader.COMMAND, config.read16(PciHeader.COMMAND) | MASTER);
                            return new NoDmaDevice(opened);
                        }),
                        "DA-IDENT-010",
                        // What a driver has read of the register cannot be written back.
                        "DA-CONFIG-005",
                        "DA-CONFIG-011",
                        "DA-CONFIG-012"),
                Fault.of(
                        "switches bus mastering on with the interrupts",
                        NoDmaDevice.backend(opened -> new NoDmaDevice(opened) {
                            @Override
                            public InterruptSupport interrupts() {
                                return new ForwardingInterrupts.Support(super.interrupts(), enabled -> enabled) {
                                    @Override
                                    public Interrupts enable(InterruptKind kind, int vectors) {
                                        Interrupts enabled = super.enable(kind, vectors);
                                        Region config = opened.region(RegionId.CONFIG);
                                        config.write16(PciHeader.COMMAND, config.read16(PciHeader.COMMAND) | MASTER);
                                        return enabled;
                                    }
                                };
                            }
                        }),
                        "DA-IDENT-010"),
                Fault.of(
                        "lets the driver switch bus mastering on",
                        NoDmaDevice.backend(opened -> new NoDmaDevice(opened) {
                            @Override
                            ForwardingRegisters config(Region config) {
                                return new ForwardingRegisters(config);
                            }
                        }),
                        "DA-IDENT-011"),
                Fault.of(
                        "looks at one width of writes only",
                        NoDmaDevice.backend(opened -> new NoDmaDevice(opened) {
                            @Override
                            ForwardingRegisters config(Region config) {
                                ForwardingRegisters guarded = super.config(config);
                                return new ForwardingRegisters(config) {
                                    @Override
                                    public void write(long offset, AccessWidth width, long value) {
                                        if (width == AccessWidth.BITS_16) {
                                            guarded.write(offset, width, value);
                                        } else {
                                            super.write(offset, width, value);
                                        }
                                    }
                                };
                            }
                        }),
                        "DA-IDENT-011"),
                Fault.of(
                        "drops the bit without a word",
                        NoDmaDevice.backend(opened -> new NoDmaDevice(opened) {
                            @Override
                            ForwardingRegisters config(Region config) {
                                return new ForwardingRegisters(config) {
                                    @Override
                                    public void write(long offset, AccessWidth width, long value) {
                                        super.write(offset, width, switchesOn(offset, value) ? value & ~MASTER : value);
                                    }
                                };
                            }
                        }),
                        "DA-IDENT-011"));
    }
}
