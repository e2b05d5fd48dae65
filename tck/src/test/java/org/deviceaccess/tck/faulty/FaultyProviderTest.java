// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of providers, and of what devices say of themselves. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyProviderTest {
    @ParameterizedTest
    @MethodSource
    void faults(Fault fault) {
        fault.assertFound();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.of(
                        "describes itself at length",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public String description() {
                                return "first line\nsecond line";
                            }
                        }),
                        "DA-LOOKUP-003"),
                Fault.of(
                        "has an option whose default is refused",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public List<OptionKey<?>> options() {
                                List<OptionKey<?>> options = new ArrayList<>(super.options());
                                options.add(OptionKey.number("zz-depth", "How deep.", 1, 8, 9));
                                return options;
                            }
                        }),
                        "DA-LOOKUP-004"),
                Fault.of(
                        "says that a device cannot be opened that can",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public Availability probe(DeviceAddress address, Options options) {
                                Availability availability = super.probe(address, options);
                                return availability instanceof Availability.Available
                                        ? new Availability.Unavailable(ErrorCode.DEVICE_BUSY, "busy", "wait")
                                        : availability;
                            }
                        }),
                        "DA-LOOKUP-005"),
                Fault.of(
                        "probes with the wrong trust level",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public Availability probe(DeviceAddress address, Options options) {
                                Availability availability = super.probe(address, options);
                                return availability instanceof Availability.Available
                                        ? new Availability.Available(TrustLevel.IOMMU)
                                        : availability;
                            }
                        }),
                        "DA-LOOKUP-005"),
                Fault.of(
                        "throws from a probe",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public Availability probe(DeviceAddress address, Options options) {
                                if (super.probe(address, options) instanceof Availability.Unavailable) {
                                    throw new DeviceNotFoundException(Failure.during("probe " + address));
                                }
                                return super.probe(address, options);
                            }
                        }),
                        "DA-LOOKUP-006"),
                Fault.of(
                        "lists a device twice",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public List<DeviceSummary> discover() {
                                return Stream.concat(super.discover().stream(), super.discover().stream())
                                        .toList();
                            }
                        }),
                        "DA-LOOKUP-008"),
                Fault.of(
                        "lists no device",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public List<DeviceSummary> discover() {
                                return List.of();
                            }
                        }),
                        "DA-LOOKUP-009"),
                Fault.of(
                        "refuses an absent device without a remedy",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public DeviceAccess open(DeviceAddress address, Options options) {
                                try {
                                    return super.open(address, options);
                                } catch (DeviceNotFoundException e) {
                                    throw new DeviceNotFoundException(
                                            Failure.during(e.operation()).because(e.detail()));
                                }
                            }
                        }),
                        "DA-ERR-003"),
                Fault.of(
                        "refuses an absent device with the wrong class",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public DeviceAccess open(DeviceAddress address, Options options) {
                                try {
                                    return super.open(address, options);
                                } catch (DeviceNotFoundException e) {
                                    throw new KernelCallException(Failure.during(e.operation())
                                            .because(e.detail())
                                            .remedy("Think."));
                                }
                            }
                        }),
                        "DA-ERR-003",
                        "DA-LOOKUP-006"),
                Fault.of(
                        "claims less as a provider than its devices do",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            @Override
                            public Set<Capability> capabilities() {
                                return Set.of(Capability.CONFIG_SPACE);
                            }
                        }),
                        "DA-IDENT-002"),
                Fault.of(
                        "claims MSI-X and has none",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public Set<Capability> capabilities() {
                                EnumSet<Capability> claims = EnumSet.copyOf(super.capabilities());
                                claims.add(Capability.MSIX);
                                return Set.copyOf(claims);
                            }
                        }),
                        "DA-IDENT-004",
                        "DA-CONFIG-009"),
                Fault.of("claims no DMA and gives it", without(Capability.DMA), "DA-ERR-006"),
                Fault.of("claims no mapping and maps", without(Capability.DMA_MAP), "DA-ERR-007"),
                Fault.of("claims no reset and resets", without(Capability.RESET), "DA-ERR-009"),
                Fault.of("claims no MSI and enables it", without(Capability.MSI), "DA-ERR-008", "DA-IDENT-004"),
                Fault.of(
                        "claims no configuration space and has it",
                        without(Capability.CONFIG_SPACE),
                        "DA-ERR-011",
                        "DA-IDENT-005"),
                Fault.of(
                        "claims no events and reports them",
                        without(Capability.RELEASE_REQUEST, Capability.ERROR_EVENT),
                        "DA-ERR-010",
                        "DA-IDENT-007"),
                Fault.of(
                        "gives away its own list of regions",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public List<RegionInfo> regions() {
                                return new ArrayList<>(super.regions());
                            }
                        }),
                        "DA-IDENT-008"),
                Fault.of(
                        "lists regions in no order",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public List<RegionInfo> regions() {
                                return super.regions().reversed();
                            }
                        }),
                        "DA-REGION-001"),
                Fault.of(
                        "says another revision than configuration space",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public DeviceIdentity identity() {
                                PciId id = super.identity().pci();
                                PciId other = new PciId(
                                        id.vendor(),
                                        id.device(),
                                        id.subsystemVendor(),
                                        id.subsystem(),
                                        id.classCode(),
                                        0x77);
                                return new DeviceIdentity(super.identity().name(), other, -1);
                            }
                        }),
                        "DA-CONFIG-001"));
    }

    private static Supplier<DeviceAccessProvider> without(Capability... unclaimed) {
        return Faulty.device(opened -> new ForwardingDevice(opened) {
            @Override
            public Set<Capability> capabilities() {
                EnumSet<Capability> claims = EnumSet.copyOf(super.capabilities());
                claims.removeAll(Set.of(unclaimed));
                return Set.copyOf(claims);
            }
        });
    }
}
