// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.backend.sim.SimProvider;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.tck.Tck;
import org.deviceaccess.tck.TckConfig;
import org.deviceaccess.tck.TckListener;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.deviceaccess.tck.report.ConsoleTable;
import org.deviceaccess.tck.report.Judgement;
import org.deviceaccess.tck.report.Outcome;
import org.deviceaccess.tck.report.TckReport;
import org.deviceaccess.tck.spec.Effort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Devices that are unlike edu, and without fault. */
@Isolated
class OtherDevicesTest {
    private static final Effort EFFORT = Effort.rounds(3);

    @Test
    void deviceThatCanDoLittleAndSaysSoConforms() {
        TckReport report =
                run("sim:edu", Faulty.device(opened -> new Modest(opened)).get());
        assertEquals(Judgement.CONFORMANT, report.judgement(), ConsoleTable.render(report));
        assertEquals(Set.of(), report.ids(Outcome.FAILED), ConsoleTable.render(report));
        Set<String> refusals = Set.of("DA-ERR-006", "DA-ERR-008", "DA-ERR-009", "DA-ERR-010", "DA-ERR-011");
        assertTrue(report.ids(Outcome.PASSED).containsAll(refusals), ConsoleTable.render(report));
        assertTrue(report.ids(Outcome.NOT_CLAIMED)
                .containsAll(Set.of("DA-DMA-001", "DA-INT-001", "DA-CONFIG-001", "DA-RESET-001", "DA-EVENT-001")));
    }

    @Test
    void deviceOfUnknownBehaviourConformsAsFarAsItCanBeSeen() {
        TckReport report = run("sim:board", new SimProvider(List.of(new Board())));
        assertEquals(Set.of(), report.ids(Outcome.FAILED), ConsoleTable.render(report));
        assertTrue(
                report.ids(Outcome.PASSED).containsAll(Set.of("DA-INT-020", "DA-CONFIG-009", "DA-INT-010")),
                ConsoleTable.render(report));
        assertTrue(
                report.with(Outcome.INAPPLICABLE).stream()
                        .anyMatch(result -> result.requirement().id().equals("DA-REGION-014")
                                && String.valueOf(result.reason()).contains("nothing is known of the behaviour")),
                ConsoleTable.render(report));
    }

    private static TckReport run(String address, DeviceAccessProvider backend) {
        Devices devices = Devices.builder()
                .providers(List.of(backend))
                .properties(Map.of())
                .environment(Map.of())
                .build();
        return Tck.run(TckConfig.of(address).withDevices(devices).withEffort(EFFORT), TckListener.NONE);
    }

    /** A device with nothing but its BARs. */
    private static final class Modest extends ForwardingDevice {
        Modest(DeviceAccess real) {
            super(real);
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public List<RegionInfo> regions() {
            return super.regions().stream()
                    .filter(info -> !info.id().equals(RegionId.CONFIG))
                    .toList();
        }

        @Override
        public Region region(RegionId id) {
            if (real.isOpen() && id.equals(RegionId.CONFIG)) {
                throw new NoSuchRegionException(Failure.during("get the region CONFIG"));
            }
            return super.region(id);
        }

        @Override
        public InterruptSupport interrupts() {
            super.interrupts();
            return new InterruptSupport() {
                @Override
                public List<InterruptInfo> kinds() {
                    return List.of();
                }

                @Override
                public Interrupts enable(InterruptKind kind, int vectors) {
                    throw new InterruptKindAbsentException(Failure.during("enable " + kind));
                }
            };
        }

        @Override
        public DmaSupport dma() {
            super.dma();
            throw unsupported("do DMA");
        }

        @Override
        public void reset() {
            super.regions();
            throw unsupported("reset the device");
        }

        @Override
        public DeviceEvents events() {
            super.events();
            return new DeviceEvents() {
                @Override
                public Set<DeviceEvent> kinds() {
                    return Set.of();
                }

                @Override
                public Optional<DeviceEvent> await(Set<DeviceEvent> wanted, Duration timeout) {
                    throw unsupported("wait for events");
                }
            };
        }

        private static UnsupportedCapabilityException unsupported(String what) {
            return new UnsupportedCapabilityException(Failure.during(what).remedy("Use another backend"));
        }
    }

    /** A device with several vectors that does nothing by itself. */
    private static final class Board implements DeviceModelProvider {
        private static final PciFunction FUNCTION = PciFunction.of(new PciId(0x1234, 0x0001, 0, 0, 0xff0000, 1))
                .withMemory(0, 4096, AccessWidth.BITS_32)
                .withPorts(2, 64, AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32)
                .withMsi(4)
                .withMsix(8);

        @Override
        public String name() {
            return "board";
        }

        @Override
        public String description() {
            return "a board for these tests";
        }

        @Override
        public List<OptionKey<?>> options() {
            return List.of();
        }

        @Override
        public DeviceModel create(Options options) {
            return new DeviceModel() {
                @Override
                public PciFunction function() {
                    return FUNCTION;
                }

                @Override
                public void powerOn(Bus bus) {}

                @Override
                public void reset() {}

                @Override
                public long read(int bar, long offset, AccessWidth width) {
                    return 0;
                }

                @Override
                public void write(int bar, long offset, AccessWidth width, long value) {}
            };
        }
    }
}
